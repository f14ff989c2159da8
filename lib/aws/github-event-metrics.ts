import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS } from '../contract/metrics';

/**
 * Warns of an event that is Flightcontrol's by its marks, and has no id where Flightwatch looks for it: its deployment
 * cannot be watched.
 *
 * @param keys names only, no values
 * @param serviceName the name of the watches' state machine
 */
export function reportEventWithoutId(keys: readonly string[], serviceName: string): void {
  console.warn({ message: 'an event of GitHub has no usable deployment id', keys });
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addMetric(METRICS.gitHubEventsWithoutId, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
