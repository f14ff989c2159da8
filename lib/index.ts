export { DeploymentMonitor, type DeploymentMonitorProps } from './constructs/deployment-monitor';
export type { Pacing } from './watch/pacing';
export type { NotificationRecord } from './watch/record';
