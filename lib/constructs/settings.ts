import * as v from 'valibot';
import { API_GENERATIONS, type ApiGeneration, DEFAULT_API_GENERATION } from '../contract/api-generations';
import { DEFAULT_EVENT_BUS, DEPLOYMENT_TRIGGERED, EVENT_SOURCE_FORM, EVENT_SOURCE_PATTERN } from '../contract/events';
import { PACING_BOUNDS, type Pacing } from '../contract/pacing';
import { DEFAULT_TIMEOUT_MINUTES, MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES } from '../contract/time-limit';
import { parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { withoutUndefined } from '../objects';
import { messageOf, showValue } from '../text';
import { NOTIFY_ON, type NotifyOn } from './deployment-monitor-props';

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
  /** Each becomes an e-mail subscription of the notification topic. */
  readonly notifyEmails: readonly string[];
  /** `problems` sends e-mails for everything but `SUCCEEDED`. */
  readonly notifyOn: NotifyOn;
  /** Each becomes an e-mail subscription of the alarms' own topic. */
  readonly alarmEmails: readonly string[];
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
}

/** @internal Exported for the tests. */
export const DEFAULT_SETTINGS: Settings = {
  stackName: 'Flightwatch',
  stateMachineName: 'flightwatch',
  eventBusName: DEFAULT_EVENT_BUS,
  eventSource: DEPLOYMENT_TRIGGERED.source,
  notifyEmails: [],
  notifyOn: 'all',
  alarmEmails: [],
  api: DEFAULT_API_GENERATION,
  timeoutMinutes: DEFAULT_TIMEOUT_MINUTES,
  pacing: {},
};

/** Settings that cannot be used; the message has one line for each mistake. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

interface Mistake {
  /** Below `flightwatch`, such as `pacing.buildingSeconds`; empty for `flightwatch` itself. */
  readonly path: string;
  /** What was given, and what is allowed. */
  readonly text: string;
}

type Values = Readonly<Record<string, unknown>>;

/** The CDK's context, such as `app.node`. */
interface Context {
  tryGetContext(key: string): unknown;
  getAllContext?(): object;
}

const CONTEXT_KEY = 'flightwatch';
const MAX_EMAILS = 50;

/** A message for valibot: what was given, and what is allowed. */
function expected(allowed: string): (issue: { readonly input: unknown }) => string {
  return (issue) => `got ${showValue(issue.input)}, expected ${allowed}`;
}

function textLike(pattern: RegExp, allowed: string) {
  return v.pipe(v.string(expected(allowed)), v.regex(pattern, expected(allowed)));
}

function oneOf<const Names extends readonly string[]>(names: Names) {
  return v.picklist(names, expected(names.join(' or ')));
}

function integer(least: number, most: number) {
  const message = expected(`an integer from ${least} to ${most}`);
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
}

function seconds(name: keyof Pacing) {
  const { least, most } = PACING_BOUNDS[name];
  return v.exactOptional(integer(least, most));
}

function emails() {
  const address = expected('e-mail addresses');
  return v.pipe(
    v.array(v.pipe(v.string(address), v.email(address)), expected('a list of e-mail addresses')),
    v.maxLength(MAX_EMAILS, ({ input }) => `got ${input.length} addresses, expected at most ${MAX_EMAILS}`),
    v.checkItems((item, index, all) => !isRepeated(item, index, all), expected('each address only once')),
  );
}

function isRepeated(item: unknown, index: number, all: readonly unknown[]): boolean {
  const address = String(item).toLowerCase();
  // More addresses than that are a mistake anyway, and comparing all of them would take quadratic time.
  return all.slice(0, Math.min(index, MAX_EMAILS)).some((earlier) => String(earlier).toLowerCase() === address);
}

const ARN_FORM =
  'the full ARN of a secret, arn:<partition>:secretsmanager:<region>:<account>:secret:<name>-<6 characters>';
const ARN_PATTERN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/;

function secretArn() {
  return v.pipe(v.string(describeSecretArn), v.regex(ARN_PATTERN, describeSecretArn));
}

/** What is no ARN at all is not shown: it could be the key itself. */
function describeSecretArn({ input }: { readonly input: unknown }): string {
  const hidden = typeof input !== 'string' || !input.startsWith('arn:');
  return `got ${hidden ? 'a value that is no ARN' : showValue(input)}, expected ${ARN_FORM}`;
}

function apiBaseUrl() {
  return v.pipe(
    v.string(expected('an https address')),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      try {
        parseApiBaseUrl(dataset.value);
      } catch (error) {
        addIssue({ message: messageOf(error) });
      }
    }),
  );
}

const PACING = {
  pendingSeconds: seconds('pendingSeconds'),
  preparingSeconds: seconds('preparingSeconds'),
  buildingSeconds: seconds('buildingSeconds'),
  deployingSeconds: seconds('deployingSeconds'),
  lingerSeconds: seconds('lingerSeconds'),
};

const SETTINGS = {
  stackName: textLike(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, '1 to 128 of A-Z a-z 0-9 -, a letter first'),
  stateMachineName: textLike(/^[A-Za-z0-9_-]{1,80}$/, '1 to 80 of A-Z a-z 0-9 _ -'),
  eventBusName: textLike(/^[\w./-]{1,256}$/, '1 to 256 of A-Z a-z 0-9 . _ / -'),
  eventSource: textLike(EVENT_SOURCE_PATTERN, EVENT_SOURCE_FORM),
  notifyEmails: emails(),
  notifyOn: oneOf(NOTIFY_ON),
  alarmEmails: emails(),
  apiKeySecretArn: v.exactOptional(secretArn()),
  api: oneOf(API_GENERATIONS),
  apiBaseUrl: v.exactOptional(apiBaseUrl()),
  timeoutMinutes: integer(MIN_TIMEOUT_MINUTES, MAX_TIMEOUT_MINUTES),
  pacing: v.pipe(
    v.custom<Values>(isRecord, expected(`an object with ${Object.keys(PACING).join(', ')}`)),
    v.object(PACING),
  ),
  slackWorkspaceId: v.exactOptional(textLike(/^T[A-Z0-9]+$/, 'a Slack workspace id such as T0123ABCD')),
  slackChannelId: v.exactOptional(textLike(/^[CGD][A-Z0-9]+$/, 'a Slack channel id such as C0123ABCD')),
};

/** How `-c flightwatch.<name>=<text>` becomes a value; the others are texts. */
const FROM_TEXT: { readonly [name in keyof Settings]?: (text: string) => unknown } = {
  notifyEmails: readList,
  alarmEmails: readList,
  timeoutMinutes: (text) => (/^\d+$/.test(text) ? Number(text) : text),
  pacing: readJson,
};

/** An empty text on the command line removes these, even if cdk.json sets them. */
const OPTIONAL: readonly string[] = ['apiKeySecretArn', 'apiBaseUrl', 'pacing', 'slackWorkspaceId', 'slackChannelId'];

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

function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Shows no values: under a name that nobody knows, there could be a key. */
function findUnknownNames(place: string, given: unknown, allowed: readonly string[]): Mistake[] {
  if (!isRecord(given)) return [];
  const unknown = Object.keys(given).filter((name) => !allowed.includes(name));
  return unknown.map((name) => ({
    path: place + showName(name),
    text: `got a setting that does not exist, expected one of ${closestFirst(name, allowed).join(', ')}`,
  }));
}

function showName(name: string): string {
  return /^\w{1,80}$/.test(name) ? name : showValue(name);
}

/** The names that share most pairs of letters with this one come first. */
function closestFirst(name: string, allowed: readonly string[]): readonly string[] {
  const letters = name.toLowerCase();
  const pairs = Array.from({ length: letters.length }, (_, index) => letters.slice(index, index + 2));
  const likeness = (other: string) => pairs.filter((pair) => other.toLowerCase().includes(pair)).length;
  return [...allowed].sort((one, other) => likeness(other) - likeness(one));
}

function findHalfOfSlack(values: Partial<Settings>): Mistake[] {
  const { slackWorkspaceId: workspace, slackChannelId: channel } = values;
  if ((workspace === undefined) === (channel === undefined)) return [];
  const missing = workspace === undefined ? 'slackWorkspaceId' : 'slackChannelId';
  return [{ path: missing, text: 'got nothing, expected both slackWorkspaceId and slackChannelId, or neither' }];
}

/** Leaves the numbers of list items out of the path; the message shows the item. */
function toMistake(issue: v.BaseIssue<unknown>): Mistake {
  const names = (issue.path ?? []).map((step) => step.key).filter((key) => typeof key === 'string');
  return { path: names.join('.'), text: issue.message };
}

function describeMistakes(mistakes: readonly Mistake[]): string {
  const count = new Set(mistakes.map((mistake) => mistake.path)).size;
  const headline = count === 1 ? '1 setting cannot be used:' : `${count} settings cannot be used:`;
  const lines = mistakes.map(({ path, text }) => `${path ? `${CONTEXT_KEY}.${path}` : CONTEXT_KEY}: ${text}.`);
  // A number that is neither whole nor in its range breaks two rules with one message.
  return [headline, ...new Set(lines)].join('\n');
}
