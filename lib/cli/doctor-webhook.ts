import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { GetFunctionConcurrencyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { findReceiverIn } from '../aws/deployed-receiver';
import { readMetric } from '../aws/metric-figures';
import { stateMachineName } from '../contract/execution-name';
import { METRICS } from '../contract/metrics';
import { seeRunbook } from '../contract/runbook';
import { examine, type Finding } from './doctor-findings';
import { type Installation, resourcesIn } from './doctor-installation';

/** How far back it is looked. */
const DAYS = 14;

/** Whether the webhook receiver is open, and has been reached; nothing if there is none. */
export function checkReceiver(installation: Installation): Promise<Finding[]> {
  const name = 'Webhook receiver';
  const needs = ['lambda:GetFunctionConcurrency', 'cloudwatch:GetMetricStatistics'];
  return examine({ name, needs }, async () => {
    const receiver = findReceiverIn((await installation.stack)?.resources ?? [])?.functionName;
    if (receiver === undefined) return [];
    const { client, pages, now } = installation;
    const subject = { name, link: pages.function(receiver) };
    const command = new GetFunctionConcurrencyCommand({ FunctionName: receiver });
    const { ReservedConcurrentExecutions: reserved } = await new LambdaClient(client).send(command);
    if (reserved === 0) {
      const found =
        'It is closed: it got far more requests than GitHub sends. It is opened an hour after the last flood.';
      return { ...subject, state: 'bad', found, todo: seeRunbook('Webhook flooded') };
    }
    const query = { namespace: 'AWS/Lambda', metricName: 'Invocations', statistic: 'Sum', days: DAYS } as const;
    const dimensions = { FunctionName: receiver };
    const requests = await readMetric(new CloudWatchClient(client), { ...query, dimensions }, now);
    const found = `It is open, and got ${countOf(requests, 'request')} in the last ${DAYS} days.`;
    if (requests > 0) return { ...subject, state: 'good', found };
    const todo = 'If no repository is connected yet, connect one:';
    return { ...subject, state: 'good', found, todo, commands: [installation.own('connect-github OWNER/REPOSITORY')] };
  });
}

/** Whether GitHub's events have the id where it is looked for; nothing if GitHub announces nothing. */
export function checkGitHubEvents(installation: Installation): Promise<Finding[]> {
  const name = 'GitHub events';
  return examine({ name, needs: ['cloudwatch:GetMetricStatistics'] }, async () => {
    const stack = await installation.stack;
    const rules = resourcesIn(stack, 'AWS::Events::Rule', /^AnnouncementsStartWatchGitHubRule$/);
    if (findReceiverIn(stack?.resources ?? []) === undefined && rules.length === 0) return [];
    const { client, arn, now, pages } = installation;
    const { namespace, gitHubEventsWithoutId: metricName, service } = METRICS;
    const dimensions = { [service]: stateMachineName(arn) };
    const query = { namespace, metricName, dimensions, statistic: 'Sum', days: DAYS } as const;
    const events = await readMetric(new CloudWatchClient(client), query, now);
    if (events === 0) {
      const found = `None of Flightcontrol's was without a deployment id in the last ${DAYS} days.`;
      return { name, state: 'good', found };
    }
    return {
      name,
      state: 'bad',
      found: `${countOf(events, 'event')} of Flightcontrol's had no usable deployment id in the last ${DAYS} days, so deployments were not watched.`,
      todo: seeRunbook('GitHub events without id'),
      link: pages.metrics(),
    };
  });
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
