import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { NOTIFICATION_FAILED } from '../contract/errors';
import { stateMachineName } from '../contract/execution-name';
import { METRICS } from '../contract/metrics';
import type { NotificationRecord } from '../notification/record';
import type { Look } from '../watch/look';
import { toDimensionValue } from './dimension-value';
import type { ExecutionStatusChange } from './execution-status-change';

/**
 * Writes the metrics of an execution that has ended, a watch or the report of one, in the embedded metric format.
 *
 * @param service the name of the watches' state machine; any other execution is a report.
 */
export function writeMetrics(execution: ExecutionStatusChange['detail'], look: Look | null, service: string): void {
  const isWatch = stateMachineName(execution.stateMachineArn) === service;
  // What a watch has found out is what is notified, by itself or by the watchdog; if it has not, it failed.
  const outcome = look?.notification?.record.outcome ?? 'WATCH_FAILED';
  if (isWatch) writeWatch(service, outcome, look);
  writeFailures(service, {
    watchFailed: isWatch && outcome === 'WATCH_FAILED',
    // A report does nothing but publish: however it fails, it may not have.
    notificationFailed: isWatch ? execution.error === NOTIFICATION_FAILED : execution.status !== 'SUCCEEDED',
  });
}

function writeWatch(serviceName: string, outcome: string, look: Look | null): void {
  const record = look?.notification?.record;
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addDimensions({
    [METRICS.environment]: dimensionOf(record?.environment ?? look?.deployment?.environment),
    [METRICS.outcome]: outcome,
  });
  metrics.addMetric(METRICS.watches, MetricUnit.Count, 1);
  if (record?.durationSeconds !== undefined) {
    metrics.addMetric(METRICS.deploymentSeconds, MetricUnit.Seconds, record.durationSeconds);
  }
  metrics.publishStoredMetrics();
}

/** All preview environments together, any other one by its name. */
function dimensionOf(environment: NotificationRecord['environment']): string {
  if (environment?.preview) return METRICS.previews;
  return toDimensionValue(environment?.givenId || environment?.id || 'unknown');
}

/** What the alarms watch, for all environments together. */
function writeFailures(serviceName: string, failures: { watchFailed: boolean; notificationFailed: boolean }): void {
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addMetric(METRICS.watchesFailed, MetricUnit.Count, Number(failures.watchFailed));
  metrics.addMetric(METRICS.notificationsFailed, MetricUnit.Count, Number(failures.notificationFailed));
  metrics.publishStoredMetrics();
}
