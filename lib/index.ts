/**
 * What the package exports to a CDK app. How to use it is in docs/construct.md. This page is written by `npm run api` from
 * the comments in the code.
 *
 * @packageDocumentation
 */
export { DeploymentMonitor } from './constructs/deployment-monitor';
export type { DeploymentMonitorProps, NotifyOn, SlackProps } from './constructs/deployment-monitor-props';
export type { DeploymentSecondsOptions, IDeploymentMonitor } from './constructs/monitor-base';
export type { PacingProps } from './constructs/pacing-props';
export type { ApiGeneration } from './contract/api-generations';
export type { EarlierSuccess, EarlierVerdict, History as EnvironmentHistory, Trend } from './contract/history';
export type { Outcome, Verdict } from './contract/outcomes';
export type { ServiceDeployment } from './flightcontrol/services';
export type {
  NotificationRecord,
  RecordedEnvironment,
  RecordedPhase,
  RecordedProject,
  RecordedRepository,
} from './notification/record';
