import * as v from 'valibot';
import { API_GENERATIONS } from '../contract/api-generations';
import { EVENT_SOURCE_FORM, EVENT_SOURCE_PATTERN } from '../contract/events';
import { ENVIRONMENT_PATTERN, ENVIRONMENT_PATTERN_FORM, MAX_ENVIRONMENTS } from '../contract/github-filter';
import { PACING_BOUNDS, type Pacing } from '../contract/pacing';
import { MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES } from '../contract/time-limit';
import { parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { messageOf, showValue } from '../text';
import { NOTIFY_ON } from './deployment-monitor-props';

export type Values = Readonly<Record<string, unknown>>;

const MAX_EMAILS = 50;

/** A message for valibot: what was given, and what is allowed. */
export function expected(allowed: string): (issue: { readonly input: unknown }) => string {
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

function trueOrFalse() {
  return v.boolean(expected('true or false'));
}

function environmentPatterns() {
  const list = `a list of 1 to ${MAX_ENVIRONMENTS} patterns`;
  return v.pipe(
    v.array(textLike(ENVIRONMENT_PATTERN, `patterns of ${ENVIRONMENT_PATTERN_FORM}`), expected(list)),
    v.minLength(1, expected(list)),
    v.maxLength(MAX_ENVIRONMENTS, ({ input }) => `got ${input.length} patterns, expected ${list}`),
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

/** The settings under `pacing`. */
export const PACING = {
  pendingSeconds: seconds('pendingSeconds'),
  preparingSeconds: seconds('preparingSeconds'),
  buildingSeconds: seconds('buildingSeconds'),
  deployingSeconds: seconds('deployingSeconds'),
  lingerSeconds: seconds('lingerSeconds'),
};

/** What each setting may be. */
export const SETTINGS = {
  stackName: textLike(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, '1 to 128 of A-Z a-z 0-9 -, a letter first'),
  stateMachineName: textLike(/^[A-Za-z0-9_-]{1,80}$/, '1 to 80 of A-Z a-z 0-9 _ -'),
  eventBusName: textLike(/^[\w./-]{1,256}$/, '1 to 256 of A-Z a-z 0-9 . _ / -'),
  eventSource: textLike(EVENT_SOURCE_PATTERN, EVENT_SOURCE_FORM),
  githubWebhook: trueOrFalse(),
  githubEvents: trueOrFalse(),
  environments: environmentPatterns(),
  previewEnvironments: trueOrFalse(),
  notifyEmails: emails(),
  notifyOn: oneOf(NOTIFY_ON),
  history: trueOrFalse(),
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

export function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
