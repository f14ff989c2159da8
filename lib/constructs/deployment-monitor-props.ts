import { type Duration, Token } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ApiGeneration } from '../contract/api-generations';
import { DEPLOYMENT_TRIGGERED, EVENT_SOURCE_FORM, EVENT_SOURCE_PATTERN } from '../contract/events';
import {
  DEFAULT_GITHUB_FILTER,
  ENVIRONMENT_PATTERN,
  ENVIRONMENT_PATTERN_FORM,
  type GitHubFilter,
  MAX_ENVIRONMENTS,
} from '../contract/github-filter';
import { type ApiSettings, DEFAULT_API_SETTINGS } from '../contract/poll-environment';
import { MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES } from '../contract/time-limit';
import { DEFAULT_WATCH_SETTINGS, type WatchSettings } from '../contract/watch-settings';
import { parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { showValue } from '../text';
import { type PacingProps, readPacingProps } from './pacing-props';

export interface DeploymentMonitorProps {
  /** Holds the Flightcontrol API key: bare, or as JSON under `apiKey`. @default - a new secret, to be filled */
  readonly secret?: ISecret;
  /** Receives one notification for each watched deployment. @default - a new topic */
  readonly topic?: ITopic;
  /** Encrypts the topics and the secret that are made here. @default - keys owned by AWS */
  readonly encryptionKey?: IKey;
  /** Where `Deployment Triggered` events start a watch. @default - the default bus */
  readonly eventBus?: IEventBus;
  /** The source of those events; two monitors on one bus need two sources. @default 'flightcontrol' */
  readonly eventSource?: string;
  /** Makes a webhook receiver, which announces the deployments that GitHub tells of. @default false */
  readonly githubWebhook?: boolean;
  /** Takes GitHub's events from the event bus, in the form of AWS's quick start for GitHub. @default false */
  readonly githubEvents?: boolean;
  /** Given ids of the environments that are watched when GitHub announces a deployment, with `*`. @default - all */
  readonly environments?: readonly string[];
  /** Whether preview environments are watched when GitHub announces a deployment. @default true */
  readonly previewEnvironments?: boolean;
  /** Addresses that get every notification by e-mail. @default - none */
  readonly notifyEmails?: readonly string[];
  /** `problems`: e-mails for all but SUCCEEDED. `changes`: also for one that ends problems or may do. @default 'all' */
  readonly notifyOn?: NotifyOn;
  /** Whether the verdicts about each environment are kept, in a table, and told of in notifications. @default true */
  readonly history?: boolean;
  /** Addresses that get the alarms by e-mail. @default - none */
  readonly alarmEmails?: readonly string[];
  /** A Slack channel that gets notifications and alarms. @default - none */
  readonly slack?: { readonly workspaceId: string; readonly channelId: string };
  /** The generation of the Flightcontrol API. @default 'legacy' */
  readonly api?: ApiGeneration;
  /** Another base address, https only; http for loopback hosts, for tests. @default - by `api` */
  readonly apiBaseUrl?: string;
  /** How long one watch may take, 1 minute to 24 hours. @default Duration.hours(2) */
  readonly timeout?: Duration;
  /** How often the API is asked in each phase. @default - measured, see docs/performance.md */
  readonly pacing?: PacingProps;
  /** @default - a name that CloudFormation makes */
  readonly stateMachineName?: string;
}

export const NOTIFY_ON = ['all', 'problems', 'changes'] as const;
export type NotifyOn = (typeof NOTIFY_ON)[number];

/** @throws Error that says what is allowed and what was given */
export function readApiSettings({ api, apiBaseUrl }: DeploymentMonitorProps): ApiSettings {
  if (apiBaseUrl !== undefined && !Token.isUnresolved(apiBaseUrl)) parseApiBaseUrl(apiBaseUrl);
  return { api: api ?? DEFAULT_API_SETTINGS.api, apiBaseUrl };
}

/** @throws Error that names the prop, what is allowed and what was given */
export function readWatchSettings({ timeout, pacing }: DeploymentMonitorProps): WatchSettings {
  checkTimeout(timeout);
  return {
    timeoutMinutes: timeout?.toMinutes() ?? DEFAULT_WATCH_SETTINGS.timeoutMinutes,
    pacing: readPacingProps(pacing),
  };
}

/** @throws Error that names the prop, what is allowed and what was given */
export function readHistory({ history = true }: DeploymentMonitorProps): boolean {
  checkBooleans({ history });
  return history;
}

/** @throws Error that says what is allowed and what was given */
export function readNotifyOn(props: { readonly notifyOn?: NotifyOn; readonly history?: boolean }): NotifyOn {
  const { notifyOn = 'all', history = true } = props;
  if (notifyOn !== 'changes' || history) return notifyOn;
  throw new Error('notifyOn must be all or problems without history, got "changes"');
}

/** @throws Error that names the prop, what is allowed and what was given */
export function readEventSource({ eventSource = DEPLOYMENT_TRIGGERED.source }: DeploymentMonitorProps): string {
  if (Token.isUnresolved(eventSource) || EVENT_SOURCE_PATTERN.test(eventSource)) return eventSource;
  throw new Error(`eventSource must be ${EVENT_SOURCE_FORM}, got ${showValue(eventSource)}`);
}

/** How GitHub announces deployments, and which of them are watched. */
export interface GitHubSettings {
  readonly webhook: boolean;
  readonly events: boolean;
  readonly filter: GitHubFilter;
}

/** @throws Error that names the prop, what is allowed and what was given */
export function readGitHubSettings(props: DeploymentMonitorProps): GitHubSettings {
  const {
    githubWebhook = false,
    githubEvents = false,
    environments = DEFAULT_GITHUB_FILTER.environments,
    previewEnvironments = DEFAULT_GITHUB_FILTER.previewEnvironments,
  } = props;
  checkBooleans({ githubWebhook, githubEvents, previewEnvironments });
  checkEnvironments(environments);
  return { webhook: githubWebhook, events: githubEvents, filter: { environments, previewEnvironments } };
}

function checkBooleans(props: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value !== 'boolean') throw new Error(`${name} must be true or false, got ${showValue(value)}`);
  }
}

function checkEnvironments(environments: readonly string[]): void {
  if (!Array.isArray(environments) || environments.length === 0 || environments.length > MAX_ENVIRONMENTS) {
    const got = Array.isArray(environments) ? `${environments.length} patterns` : showValue(environments);
    throw new Error(`environments must be a list of 1 to ${MAX_ENVIRONMENTS} patterns, got ${got}`);
  }
  for (const pattern of environments) {
    if (Token.isUnresolved(pattern) || ENVIRONMENT_PATTERN.test(pattern)) continue;
    throw new Error(`environments must be patterns of ${ENVIRONMENT_PATTERN_FORM}, got ${showValue(pattern)}`);
  }
}

function checkTimeout(timeout: Duration | undefined): void {
  if (timeout === undefined || timeout.isUnresolved()) return;
  const minutes = timeout.toMinutes({ integral: false });
  if (Number.isInteger(minutes) && minutes >= MIN_TIMEOUT_MINUTES && minutes <= MAX_TIMEOUT_MINUTES) return;
  throw new Error(
    `timeout must be whole minutes, ${MIN_TIMEOUT_MINUTES} to ${MAX_TIMEOUT_MINUTES}, got ${timeout.toHumanString()}`,
  );
}
