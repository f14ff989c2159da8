import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { toDimensionValue } from '../contract/dimension-value';
import { METRICS } from '../contract/metrics';
import type { NotificationRecord } from '../notification/record';
import type { FinishedWatch } from '../watch/stored-verdict';

/**
 * Writes the metrics of a watch that has ended, in the embedded metric format.
 *
 * @param serviceName the name of the watches' state machine
 */
export function writeMetrics({ outcome, environment, durationSeconds }: FinishedWatch, serviceName: string): void {
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addDimensions({ [METRICS.environment]: dimensionOf(environment), [METRICS.outcome]: outcome });
  if (durationSeconds === undefined) metrics.addMetric(METRICS.watchesWithoutDuration, MetricUnit.Count, 1);
  else metrics.addMetric(METRICS.deploymentSeconds, MetricUnit.Seconds, durationSeconds);
  metrics.publishStoredMetrics();
  if (outcome === 'WATCH_FAILED') countForAlarm(METRICS.watchesFailed, serviceName);
}

/** Counts an execution that could not publish its notification. */
export function countUnpublished(serviceName: string): void {
  countForAlarm(METRICS.notificationsFailed, serviceName);
}

/** All preview environments together, any other one by its name. */
function dimensionOf(environment: NotificationRecord['environment']): string {
  if (environment?.preview) return METRICS.previews;
  return toDimensionValue(environment?.givenId || environment?.id || 'unknown');
}

/** For all environments together. Only what happened is written: the alarms take missing data as none, and zeros cost. */
function countForAlarm(metric: typeof METRICS.watchesFailed | typeof METRICS.notificationsFailed, serviceName: string) {
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addMetric(metric, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
