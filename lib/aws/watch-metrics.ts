import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS } from '../contract/metrics';
import type { NotificationRecord } from '../notification/record';
import type { FinishedWatch } from '../watch/stored-verdict';
import { toDimensionValue } from './dimension-value';

/**
 * Writes the metrics of a watch that has ended, in the embedded metric format.
 *
 * @param serviceName the name of the watches' state machine
 */
export function writeMetrics({ outcome, environment, durationSeconds }: FinishedWatch, serviceName: string): void {
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addDimensions({ [METRICS.environment]: dimensionOf(environment), [METRICS.outcome]: outcome });
  metrics.addMetric(METRICS.watches, MetricUnit.Count, 1);
  if (durationSeconds !== undefined) metrics.addMetric(METRICS.deploymentSeconds, MetricUnit.Seconds, durationSeconds);
  metrics.publishStoredMetrics();
  writeFailures(serviceName, { watches: Number(outcome === 'WATCH_FAILED'), notifications: 0 });
}

/** Counts an execution that could not publish its notification. */
export function countUnpublished(serviceName: string): void {
  writeFailures(serviceName, { watches: 0, notifications: 1 });
}

/** All preview environments together, any other one by its name. */
function dimensionOf(environment: NotificationRecord['environment']): string {
  if (environment?.preview) return METRICS.previews;
  return toDimensionValue(environment?.givenId || environment?.id || 'unknown');
}

/** What the alarms watch, for all environments together. */
function writeFailures(serviceName: string, counts: { watches: number; notifications: number }): void {
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addMetric(METRICS.watchesFailed, MetricUnit.Count, counts.watches);
  metrics.addMetric(METRICS.notificationsFailed, MetricUnit.Count, counts.notifications);
  metrics.publishStoredMetrics();
}
