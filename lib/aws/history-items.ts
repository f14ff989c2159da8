import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as v from 'valibot';
import { HISTORY_DAYS, HISTORY_TABLE } from '../contract/history';
import { VERDICTS } from '../contract/outcomes';
import { oneLine } from '../text';
import type { PastVerdict } from '../watch/history';
import type { StoredVerdict } from '../watch/stored-verdict';

/** As it is: a key of the table, or an ARN. */
export const KEY = v.pipe(v.string(), v.minLength(1));
/** On one line, without control characters: it is shown in terminals. */
export const TEXT = v.pipe(v.string(), v.transform(oneLine), v.minLength(1));
export const ISO_TIME = v.pipe(v.string(), v.isoTimestamp());

const ENVIRONMENT = v.object({
  key: KEY,
  givenId: v.exactOptional(TEXT),
  preview: v.exactOptional(v.boolean()),
  projectId: v.exactOptional(TEXT),
});

/** An item may be of a later version, or somebody else's: what is not needed is not looked at. */
export const STORED_VERDICT = v.object({
  deploymentId: TEXT,
  outcome: v.picklist(VERDICTS),
  status: v.exactOptional(TEXT),
  startedAt: ISO_TIME,
  endedAt: ISO_TIME,
  durationSeconds: v.exactOptional(v.pipe(v.number(), v.minValue(0))),
  branch: v.exactOptional(TEXT),
  commit: v.exactOptional(TEXT),
  executionArn: KEY,
  watchEndedAt: ISO_TIME,
  environment: ENVIRONMENT,
});

/** @returns one value, or none for an item that cannot be read */
export function readItem<T>(schema: v.GenericSchema<unknown, T>, item: Record<string, AttributeValue>): T[] {
  const result = v.safeParse(schema, unmarshallIfPossible(item));
  return result.success ? [result.output] : [];
}

/** Numbers may be larger than JavaScript's. */
function unmarshallIfPossible(item: Record<string, AttributeValue>): unknown {
  try {
    return unmarshall(item);
  } catch {
    return undefined;
  }
}

export function toVerdictItem(verdict: StoredVerdict): Readonly<Record<string, unknown>> {
  return {
    ...keyOfVerdict(verdict),
    [HISTORY_TABLE.timeToLive]: expiryOf(verdict),
    ...verdict,
  };
}

export function keyOfVerdict(verdict: StoredVerdict) {
  return {
    [HISTORY_TABLE.partitionKey]: partitionOf(verdict.environment.key),
    [HISTORY_TABLE.sortKey]: sortKeyOf(verdict),
  };
}

/** Where the verdicts of an environment are. */
export function partitionOf(environmentKey: string): string {
  return `environment#${environmentKey}`;
}

/** The order of deployments; a deployment that is watched again replaces its item. */
export function sortKeyOf({ startedAt, deploymentId }: Pick<PastVerdict, 'startedAt' | 'deploymentId'>): string {
  return `${startedAt}#${deploymentId}`;
}

/** Seconds since 1970. */
export function expiryOf({ watchEndedAt }: Pick<StoredVerdict, 'watchEndedAt'>): number {
  return Math.floor(Date.parse(watchEndedAt) / 1000) + HISTORY_DAYS * 24 * 3600;
}
