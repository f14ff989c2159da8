import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { NOTIFICATION_FAILED } from '../contract/errors';
import { stateMachineName } from '../contract/execution-name';
import { METRICS } from '../contract/metrics';
import type { Look } from '../watch/look';
import type { ExecutionStatusChange } from './execution-status-change';

/**
 * Writes the metrics of an execution that has ended, a watch or the report of one, in the embedded metric format.
 *
 * @param service the name of the watches' state machine; any other execution is a report.
 */
export function writeMetrics(execution: ExecutionStatusChange['detail'], look: Look | null, service: string): void {
  const isWatch = stateMachineName(execution.stateMachineArn) === service;
  // A watch without an outcome of its own was aborted, ran out of time or broke.
  const outcome = look?.notification?.record.outcome ?? 'WATCH_FAILED';
  if (isWatch) writeWatch(service, outcome, look);
  writeFailures(service, {
    watchFailed: isWatch && outcome === 'WATCH_FAILED',
    notificationFailed: execution.error === NOTIFICATION_FAILED,
  });
}

function writeWatch(serviceName: string, outcome: string, look: Look | null): void {
  const record = look?.notification?.record;
  const environment = record?.environment ?? look?.deployment?.environment;
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addDimensions({
    [METRICS.environment]: environment?.givenId ?? environment?.id ?? 'unknown',
    [METRICS.outcome]: outcome,
  });
  metrics.addMetric(METRICS.watches, MetricUnit.Count, 1);
  if (record?.durationSeconds !== undefined) {
    metrics.addMetric(METRICS.deploymentSeconds, MetricUnit.Seconds, record.durationSeconds);
  }
  metrics.publishStoredMetrics();
}

/** What the alarms watch, for all environments together. */
function writeFailures(serviceName: string, failures: { watchFailed: boolean; notificationFailed: boolean }): void {
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addMetric(METRICS.watchesFailed, MetricUnit.Count, Number(failures.watchFailed));
  metrics.addMetric(METRICS.notificationsFailed, MetricUnit.Count, Number(failures.notificationFailed));
  metrics.publishStoredMetrics();
}
