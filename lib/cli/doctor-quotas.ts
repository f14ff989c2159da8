import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { readMetric } from '../aws/metric-figures';
import { examine, type Finding } from './doctor-findings';
import type { Installation } from './doctor-installation';

const NAME = 'Quotas';
const NEEDS = ['lambda:GetAccountSettings', 'cloudwatch:GetMetricStatistics'];
const DAYS = 7;

/** From here on it is near its limit. */
const NEAR = 0.8;

/** Whether Lambda's concurrency, the quota that watches use, is near its limit. */
export function checkQuotas({ client, pages, now }: Installation): Promise<Finding[]> {
  return examine({ name: NAME, needs: NEEDS, link: pages.concurrency() }, async () => {
    const query = {
      namespace: 'AWS/Lambda',
      metricName: 'ConcurrentExecutions',
      statistic: 'Maximum',
      days: DAYS,
    } as const;
    const [{ AccountLimit = {} }, used] = await Promise.all([
      new LambdaClient(client).send(new GetAccountSettingsCommand({})),
      readMetric(new CloudWatchClient(client), query, now),
    ]);
    const { ConcurrentExecutions: limit = 0 } = AccountLimit;
    const found = `At most ${used} of Lambda's ${limit} concurrent executions were used in the last ${DAYS} days.`;
    if (limit === 0) return { name: NAME, state: 'unknown', found: 'Lambda does not tell the limit of this account.' };
    if (used < NEAR * limit) return { name: NAME, state: 'good', found };
    const todo =
      'Request a higher quota of concurrent executions. A watch uses one nearly all the time; set pacing.lingerSeconds to 0 to use fewer.';
    return { name: NAME, state: 'bad', found, todo, link: pages.concurrency() };
  });
}
