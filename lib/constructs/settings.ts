import * as v from 'valibot';
import { type ApiGeneration, DEFAULT_API_GENERATION } from '../contract/api-generations';
import { DEFAULT_EVENT_BUS, DEPLOYMENT_TRIGGERED } from '../contract/events';
import { DEFAULT_GITHUB_FILTER } from '../contract/github-filter';
import type { Pacing } from '../contract/pacing';
import { DEFAULT_TIMEOUT_MINUTES } from '../contract/time-limit';
import { withoutUndefined } from '../objects';
import type { NotifyOn } from './deployment-monitor-props';
import { DEFAULT_PARTS } from './monitor-options';
import { DEFAULT_RETENTION } from './retention';
import {
  CONTEXT_KEY,
  describeMistakes,
  findChangesWithoutHistory,
  findUnknownNames,
  type Mistake,
  toMistake,
} from './setting-mistakes';
import { PACING, type REMOVAL_POLICIES, SETTINGS } from './setting-schemas';
import { expected, isRecord, type Values } from './value-schemas';

/** The settings of an installation, read from the CDK context. */
export interface Settings {
  /** Name of the CloudFormation stack; several can live in one account. */
  readonly stackName: string;
  /** Name of the state machine; what the CLI looks for. */
  readonly stateMachineName: string;
  /** The event bus that announcements are expected on. */
  readonly eventBusName: string;
  /** The source of announcements. */
  readonly eventSource: string;
  /** Whether the stack receives GitHub's webhook, which announces deployments. */
  readonly githubWebhook: boolean;
  /** Whether GitHub's events on the event bus announce deployments. */
  readonly githubEvents: boolean;
  /** Given ids of the environments that are watched when GitHub announces a deployment; `*` stands for any text. */
  readonly environments: readonly string[];
  /** Whether preview environments are watched when GitHub announces a deployment. */
  readonly previewEnvironments: boolean;
  /** Each becomes an e-mail subscription of the notification topic. */
  readonly notifyEmails: readonly string[];
  /** `problems`: e-mails for all but `SUCCEEDED`. `changes`: also for one that ends problems or may do. */
  readonly notifyOn: NotifyOn;
  /** Whether the verdicts about each environment are kept, and told of in notifications. */
  readonly history: boolean;
  /** Whether there are alarms for what notifications cannot report. */
  readonly alarms: boolean;
  /** Each becomes an e-mail subscription of the topic for alarms. */
  readonly alarmEmails: readonly string[];
  /** ARN of an existing topic for alarms. @default - the stack makes one */
  readonly alarmTopicArn?: string;
  /** Whether there is a dashboard, for which AWS charges more than for all the rest. */
  readonly dashboard: boolean;
  /** Full ARN of an existing secret that holds the API key. @default - the stack makes one */
  readonly apiKeySecretArn?: string;
  /** Generation of the Flightcontrol API. */
  readonly api: ApiGeneration;
  /** Another base address of the API. @default - by `api` */
  readonly apiBaseUrl?: string;
  /** How long one watch may take, in minutes, 1 to 1440. */
  readonly timeoutMinutes: number;
  /** How often the API is asked in each phase, in seconds; what is left out keeps the project's choice. */
  readonly pacing: Partial<Pacing>;
  /** Slack workspace for notifications; needs `slackChannelId`. @default - no Slack */
  readonly slackWorkspaceId?: string;
  /** Slack channel for notifications; needs `slackWorkspaceId`. @default - no Slack */
  readonly slackChannelId?: string;
  /** What becomes of secrets, the history, logs and dead letters when the stack is deleted. */
  readonly removalPolicy: (typeof REMOVAL_POLICIES)[number];
  /** How long logs are kept, in days; one of those that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
}

/** @internal Exported for the tests. */
export const DEFAULT_SETTINGS: Settings = {
  stackName: 'Flightwatch',
  stateMachineName: 'flightwatch',
  eventBusName: DEFAULT_EVENT_BUS,
  eventSource: DEPLOYMENT_TRIGGERED.source,
  githubWebhook: false,
  githubEvents: false,
  ...DEFAULT_GITHUB_FILTER,
  notifyEmails: [],
  notifyOn: 'all',
  ...DEFAULT_PARTS,
  alarmEmails: [],
  api: DEFAULT_API_GENERATION,
  timeoutMinutes: DEFAULT_TIMEOUT_MINUTES,
  pacing: {},
  removalPolicy: 'destroy',
  logRetentionDays: DEFAULT_RETENTION.logRetention,
};

/** Settings that cannot be used; the message has one line for each mistake. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** The CDK's context, such as `app.node`. */
interface Context {
  tryGetContext(key: string): unknown;
  getAllContext?(): object;
}

/** How `-c flightwatch.<name>=<text>` becomes a value; the others are texts. */
const FROM_TEXT: { readonly [name in keyof Settings]?: (text: string) => unknown } = {
  githubWebhook: readBoolean,
  githubEvents: readBoolean,
  environments: readList,
  previewEnvironments: readBoolean,
  notifyEmails: readList,
  history: readBoolean,
  alarms: readBoolean,
  alarmEmails: readList,
  dashboard: readBoolean,
  timeoutMinutes: readInteger,
  pacing: readJson,
  logRetentionDays: readInteger,
};

/** An empty text on the command line removes these, even if cdk.json sets them. */
const OPTIONAL: readonly string[] = [
  'alarmTopicArn',
  'apiKeySecretArn',
  'apiBaseUrl',
  'pacing',
  'slackWorkspaceId',
  'slackChannelId',
];

/**
 * Reads the settings from the context key `flightwatch` and its overrides `flightwatch.<name>`.
 * Times are in minutes (`timeoutMinutes`) and seconds (`pacing`).
 *
 * @throws SettingsError that lists every mistake, with what was given and what is allowed.
 */
export function readSettings(context: Context): Settings {
  const source = context.tryGetContext(CONTEXT_KEY) ?? {};
  const given = typeof source === 'string' ? readJson(source) : source;
  const fromObject = isRecord(given) ? given : {};
  const values = { ...DEFAULT_SETTINGS, ...fromObject, ...readOverrides(context) };
  const settings = v.safeParse(v.object(SETTINGS), withoutUndefined(values));
  const mistakes = [
    ...(isRecord(given) ? [] : [{ path: '', text: expected('an object of settings')({ input: source }) }]),
    ...findUnknownNames('', { ...fromObject, ...namesOfOverrides(context) }, Object.keys(SETTINGS)),
    ...findUnknownNames('pacing.', values.pacing, Object.keys(PACING)),
    ...(settings.issues ?? []).map(toMistake),
    ...findHalfOfSlack(values),
    ...findChangesWithoutHistory(values),
  ];
  if (!settings.success || mistakes.length > 0) throw new SettingsError(describeMistakes(mistakes));
  return settings.output;
}

/** The names behind `-c flightwatch.`, also those that no setting has. */
function namesOfOverrides(context: Context): Values {
  const prefix = `${CONTEXT_KEY}.`;
  const keys = Object.keys(context.getAllContext?.() ?? {}).filter((key) => key.startsWith(prefix));
  return Object.fromEntries(keys.map((key) => [key.slice(prefix.length), undefined]));
}

function readOverrides(context: Context): Values {
  const overrides: Record<string, unknown> = {};
  for (const name of Object.keys(SETTINGS) as (keyof Settings)[]) {
    const override = context.tryGetContext(`${CONTEXT_KEY}.${name}`);
    if (override === undefined) continue;
    overrides[name] = typeof override === 'string' ? readOverride(name, override) : override;
  }
  return overrides;
}

function readOverride(name: keyof Settings, text: string): unknown {
  if (text === '' && OPTIONAL.includes(name)) return DEFAULT_SETTINGS[name];
  return FROM_TEXT[name]?.(text) ?? text;
}

function readBoolean(text: string): unknown {
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function readInteger(text: string): unknown {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function readList(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((item) => item.trim());
}

/** The value, or the text itself if it is no JSON: then the check of the value refuses it. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function findHalfOfSlack(values: Partial<Settings>): Mistake[] {
  const { slackWorkspaceId: workspace, slackChannelId: channel } = values;
  if ((workspace === undefined) === (channel === undefined)) return [];
  const missing = workspace === undefined ? 'slackWorkspaceId' : 'slackChannelId';
  return [{ path: missing, text: 'got nothing, expected both slackWorkspaceId and slackChannelId, or neither' }];
}
