import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { DEPLOYMENT_TRIGGERED } from '../contract/events';
import { DEFAULT_GITHUB_FILTER, type GitHubFilter } from '../contract/github-filter';
import { type ApiSettings, DEFAULT_API_SETTINGS } from '../contract/poll-environment';
import { DEFAULT_WATCH_SETTINGS, type WatchSettings } from '../contract/watch-settings';
import { isBeforeLookup } from './before-lookup';
import type { DeploymentMonitorProps, NotifyOn } from './deployment-monitor-props';
import { findKey } from './key-alias';
import type { Network } from './network';
import { readPacingProps } from './pacing-props';
import { DEFAULT_RETENTION, type Retention } from './retention';

/** The props, checked, with their defaults. */
export interface MonitorOptions {
  readonly api: ApiSettings;
  readonly settings: WatchSettings;
  readonly eventSource: string;
  readonly gitHub: GitHubOptions;
  readonly notifyEmails: readonly string[];
  readonly notifyOn: NotifyOn;
  /** @default - there are no alarms */
  readonly alarms?: AlarmOptions;
  readonly dashboard: boolean;
  readonly history: boolean;
  readonly retention: Retention;
  /** @default - none */
  readonly network?: Network;
  /** @default - none */
  readonly encryptionKey?: IKey;
  /** @default - a name that CloudFormation makes */
  readonly stateMachineName?: string;
}

/** How GitHub announces deployments, and which of them are watched. */
export interface GitHubOptions {
  readonly webhook: boolean;
  readonly events: boolean;
  readonly filter: GitHubFilter;
}

/** Who is told of alarms. */
interface AlarmOptions {
  /** @default - a new topic */
  readonly alarmTopic: ITopic | undefined;
  readonly emails: readonly string[];
}

/** What is made unless a prop or a setting says otherwise. The dashboard would cost more than all the rest. */
export const DEFAULT_PARTS = { history: true, alarms: true, dashboard: false };

/** @param props have been checked */
export function readOptions(props: DeploymentMonitorProps): MonitorOptions {
  const { alarms = DEFAULT_PARTS.alarms, vpc, vpcSubnets, stateMachineName } = props;
  const encryptionKey = props.encryptionKey && findKey(props.encryptionKey);
  return {
    api: { api: props.api ?? DEFAULT_API_SETTINGS.api, apiBaseUrl: props.apiBaseUrl },
    settings: {
      timeoutMinutes: props.timeout?.toMinutes() ?? DEFAULT_WATCH_SETTINGS.timeoutMinutes,
      pacing: readPacingProps(props.pacing),
    },
    eventSource: props.eventSource ?? DEPLOYMENT_TRIGGERED.source,
    gitHub: readGitHubOptions(props),
    notifyEmails: props.notifyEmails ?? [],
    notifyOn: readNotifyOn(props),
    ...(alarms && { alarms: { alarmTopic: props.alarmTopic, emails: props.alarmEmails ?? [] } }),
    dashboard: props.dashboard ?? DEFAULT_PARTS.dashboard,
    history: props.history ?? DEFAULT_PARTS.history,
    retention: {
      removalPolicy: props.removalPolicy ?? DEFAULT_RETENTION.removalPolicy,
      logRetention: props.logRetention ?? DEFAULT_RETENTION.logRetention,
    },
    ...(vpc && { network: { vpc, ...(vpcSubnets && { vpcSubnets }) } }),
    ...(encryptionKey && { encryptionKey }),
    // The CDK takes no such name, and the next synthesis has the real one.
    ...(stateMachineName !== undefined && !isBeforeLookup(stateMachineName) && { stateMachineName }),
  };
}

/** Which one it will be is known in the next synthesis. */
function readNotifyOn({ notifyOn = 'all' }: DeploymentMonitorProps): NotifyOn {
  return isBeforeLookup(notifyOn) ? 'all' : notifyOn;
}

function readGitHubOptions(props: DeploymentMonitorProps): GitHubOptions {
  const {
    githubWebhook = false,
    githubEvents = false,
    environments = DEFAULT_GITHUB_FILTER.environments,
    previewEnvironments = DEFAULT_GITHUB_FILTER.previewEnvironments,
  } = props;
  return { webhook: githubWebhook, events: githubEvents, filter: { environments, previewEnvironments } };
}
