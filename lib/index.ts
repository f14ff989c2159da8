export { DeploymentMonitor, type DeploymentMonitorProps } from './constructs/deployment-monitor';
export type { PacingProps } from './constructs/pacing-props';
export type { NotificationRecord } from './notification/record';
