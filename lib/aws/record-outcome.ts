import * as v from 'valibot';
import { EXECUTION_STATUS_CHANGE } from '../contract/events';
import { OUTCOMES } from '../contract/outcomes';
import { withoutUndefined } from '../objects';
import { type FinishedWatch, readVerdictOf } from '../watch/stored-verdict';
import { ISO_TIME, KEY } from './history-items';
import type { HistoryTable } from './history-table';
import { countUnpublished, writeMetrics } from './watch-metrics';
import { writeVerdict } from './write-verdict';

/** What EventBridge delivers, at least once and in any order. */
export interface OutcomeEvent {
  readonly id: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
}

export interface OutcomeStores {
  /** The name of the watches' state machine, in metrics. */
  readonly serviceName: string;
  /** @default - there is no history */
  readonly table?: HistoryTable | undefined;
}

/** As long as a field of the API may be in a record; some are part of a key of the table. */
const FIELD = v.pipe(KEY, v.maxLength(200));
const OPTIONAL_FIELD = v.fallback(v.optional(FIELD), undefined);

/** The fields of a record that are used here. */
const FINISHED_WATCH = v.object({
  outcome: v.picklist(OUTCOMES),
  deploymentId: OPTIONAL_FIELD,
  status: OPTIONAL_FIELD,
  project: v.exactOptional(v.object({ id: FIELD })),
  environment: v.exactOptional(
    v.object({ id: v.exactOptional(FIELD), givenId: v.exactOptional(FIELD), preview: v.exactOptional(v.boolean()) }),
  ),
  repository: v.exactOptional(v.object({ branch: v.exactOptional(FIELD), commit: v.exactOptional(FIELD) })),
  createdAt: v.exactOptional(ISO_TIME),
  watchStartedAt: ISO_TIME,
  endedAt: ISO_TIME,
  durationSeconds: v.exactOptional(v.pipe(v.number(), v.minValue(0))),
  executionArn: KEY,
});

/**
 * Keeps how a watch ended: its verdict in the history, and metrics. Or counts an execution that could not publish its
 * notification, as Step Functions tells of it.
 *
 * @throws what the AWS SDK throws
 */
export async function recordOutcome(event: OutcomeEvent, stores: OutcomeStores): Promise<void> {
  if (event['detail-type'] === EXECUTION_STATUS_CHANGE.detailType) {
    countUnpublished(stores.serviceName);
    return;
  }
  if (isTest(event.detail)) return;
  const { success, output } = v.safeParse(FINISHED_WATCH, event.detail);
  if (success) await recordWatch(withoutUndefined(output), stores);
  // A retry would not make it readable.
  else console.warn({ message: 'an event does not say how a watch ended', eventId: event.id });
}

/** Nothing was watched: a test says nothing about any environment. */
function isTest(detail: unknown): boolean {
  return (detail as { readonly test?: unknown } | null | undefined)?.test !== undefined;
}

async function recordWatch(watch: FinishedWatch, { serviceName, table }: OutcomeStores): Promise<void> {
  const verdict = readVerdictOf(watch);
  const measure = () => writeMetrics(watch, serviceName);
  if (table === undefined || verdict === undefined) measure();
  else await writeVerdict(table, verdict, measure);
}
