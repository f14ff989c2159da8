import { Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import { EVENT_SOURCE_FORM, EVENT_SOURCE_PATTERN } from '../contract/events';
import { ENVIRONMENT_PATTERN, ENVIRONMENT_PATTERN_FORM, MAX_ENVIRONMENTS } from '../contract/github-filter';
import { parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { describeValue, kindOf, messageOf, showValue } from '../text';

export type Values = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A message for valibot: what was given, and what is allowed. */
export function expected(allowed: string): (issue: { readonly input: unknown }) => string {
  return (issue) => `got ${showGiven(issue.input)}, expected ${allowed}`;
}

export const UNKNOWN_VALUE = 'a value that is known at deployment only';

/** An address may hold a credential, and so may anything in an object. What JavaScript gives may be no JSON. */
function showGiven(value: unknown): string {
  if (Token.isUnresolved(value)) return UNKNOWN_VALUE;
  if (typeof value === 'number') return String(value);
  if (isRecord(value)) return kindOf(value);
  try {
    const shown = showValue(value);
    return JSON.stringify(value).includes('://') ? describeValue(value) : shown;
  } catch {
    return kindOf(value);
  }
}

export function textLike(pattern: RegExp, allowed: string, message = expected(allowed)) {
  return v.pipe(v.string(message), v.regex(pattern, message));
}

/** The id of something that has tokens as well, which are longer. */
function slackId(pattern: RegExp, allowed: string) {
  return textLike(pattern, allowed, ({ input }) => `got ${describeValue(input)}, expected ${allowed}`);
}

export function oneOf<const Names extends readonly string[]>(names: Names) {
  return v.picklist(names, expected(names.join(' or ')));
}

export function integer(least: number, most: number) {
  const message = expected(`an integer from ${least} to ${most}`);
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
}

export const TRUE_OR_FALSE = v.boolean(expected('true or false'));
export const STATE_MACHINE_NAME = textLike(/^[A-Za-z0-9_-]{1,80}$/, '1 to 80 of A-Z a-z 0-9 _ -');
export const EVENT_SOURCE = textLike(EVENT_SOURCE_PATTERN, EVENT_SOURCE_FORM);
export const SLACK_WORKSPACE_ID = slackId(/^T[A-Z0-9]+$/, 'a Slack workspace id such as T0123ABCD');
export const SLACK_CHANNEL_ID = slackId(/^[CGD][A-Z0-9]+$/, 'a Slack channel id such as C0123ABCD');

const MAX_EMAILS = 50;

export const EMAIL = v.pipe(v.string(expected('e-mail addresses')), v.email(expected('e-mail addresses')));

/** @param each what one of them may be */
export function emails(each: v.GenericSchema<string> = EMAIL) {
  return v.pipe(
    v.array(each, expected('a list of e-mail addresses')),
    v.maxLength(MAX_EMAILS, ({ input }) => `got ${input.length} addresses, expected at most ${MAX_EMAILS}`),
    v.checkItems((item, index, all) => !isRepeated(item, index, all), expected('each address only once')),
  );
}

function isRepeated(item: unknown, index: number, all: readonly unknown[]): boolean {
  const address = String(item).toLowerCase();
  // More addresses than that are a mistake anyway, and comparing all of them would take quadratic time.
  return all.slice(0, Math.min(index, MAX_EMAILS)).some((earlier) => String(earlier).toLowerCase() === address);
}

export const ENVIRONMENT = textLike(ENVIRONMENT_PATTERN, `patterns of ${ENVIRONMENT_PATTERN_FORM}`);

/** @param each what one of them may be */
export function environments(each: v.GenericSchema<string> = ENVIRONMENT) {
  const list = `a list of 1 to ${MAX_ENVIRONMENTS} patterns`;
  return v.pipe(
    v.array(each, expected(list)),
    v.minLength(1, expected(list)),
    v.maxLength(MAX_ENVIRONMENTS, ({ input }) => `got ${input.length} patterns, expected ${list}`),
  );
}

export const API_BASE_URL = v.pipe(
  // What an object holds may be a credential.
  v.string(
    ({ input }) => `got ${typeof input === 'object' ? kindOf(input) : showGiven(input)}, expected an https address`,
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      parseApiBaseUrl(dataset.value);
    } catch (error) {
      addIssue({ message: messageOf(error) });
    }
  }),
);

/** What CloudWatch Logs takes; the CDK has one more for logs that are kept forever. */
export const LOG_RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);
