export { DeploymentMonitor } from './constructs/deployment-monitor';
export type { DeploymentMonitorProps, NotifyOn, SlackProps } from './constructs/deployment-monitor-props';
export type { PacingProps } from './constructs/pacing-props';
export type { NotificationRecord } from './notification/record';
