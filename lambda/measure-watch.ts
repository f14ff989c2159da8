import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SFNClient } from '@aws-sdk/client-sfn';
import { readLastLook } from '../lib/aws/last-look';
import { METRICS, NOTIFICATION_FAILED } from '../lib/contract/names';
import type { Look } from '../lib/watch/look';
import type { ExecutionStatusChange } from './report-broken-watch';

const stepFunctions = new SFNClient({
  maxAttempts: 5,
  requestHandler: { requestTimeout: 5_000, connectionTimeout: 2_000, throwOnRequestTimeout: true },
});

/** Lambda's entry. Writes the metrics of a watch, or of a report of one, that is over, in the embedded metric format. */
export async function handler({ detail }: Pick<ExecutionStatusChange, 'detail'>): Promise<void> {
  const { look } = await readLastLook(stepFunctions, detail.executionArn);
  const service = process.env[METRICS.serviceVariable] ?? '';
  const isReport = detail.stateMachineArn.split(':').at(-1) !== service;
  if (!isReport) measureWatch(service, look);
  // An execution that found no end of its own was aborted or broken.
  const failed = !isReport && (look?.notification?.record.outcome ?? 'WATCH_FAILED') === 'WATCH_FAILED';
  measureFailures(service, { failed, unpublished: detail.error === NOTIFICATION_FAILED });
}

function measureWatch(serviceName: string, look: Look | null): void {
  const record = look?.notification?.record;
  const environment = record?.environment ?? look?.deployment?.environment;
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addDimensions({
    [METRICS.environment]: environment?.givenId ?? environment?.id ?? 'unknown',
    [METRICS.outcome]: record?.outcome ?? 'WATCH_FAILED',
  });
  metrics.addMetric(METRICS.watches, MetricUnit.Count, 1);
  if (record?.durationSeconds !== undefined) {
    metrics.addMetric(METRICS.deploymentSeconds, MetricUnit.Seconds, record.durationSeconds);
  }
  metrics.publishStoredMetrics();
}

/** What the alarms look at, for all environments together. */
function measureFailures(
  serviceName: string,
  { failed, unpublished }: { failed: boolean; unpublished: boolean },
): void {
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName });
  metrics.addMetric(METRICS.watchesFailed, MetricUnit.Count, Number(failed));
  metrics.addMetric(METRICS.notificationsFailed, MetricUnit.Count, Number(unpublished));
  metrics.publishStoredMetrics();
}
