import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';

export interface MetricQuery {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Maximum';
  /** How far back. */
  readonly days: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * The sum or the maximum of a metric over the last days; 0 if it has no data.
 *
 * @throws what the AWS SDK throws
 */
export async function readMetric(cloudWatch: CloudWatchClient, query: MetricQuery, now: Date): Promise<number> {
  const { namespace, metricName, dimensions = {}, statistic, days } = query;
  const command = new GetMetricStatisticsCommand({
    Namespace: namespace,
    MetricName: metricName,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistics: [statistic],
    StartTime: new Date(now.getTime() - days * DAY * 1000),
    EndTime: now,
    // At most 1,440 values are allowed. Source: CloudWatch API, GetMetricStatistics.
    Period: HOUR,
  });
  const { Datapoints = [] } = await cloudWatch.send(command);
  const values = Datapoints.map((datapoint) => datapoint[statistic] ?? 0);
  return statistic === 'Sum' ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
}
