import { parse } from '@aws-sdk/util-arn-parser';
import { linkConsole, linkExecution } from '../notification/links';

/** The pages of the AWS console that show an installation's resources; undefined where their address is not known. */
export type ConsolePages = ReturnType<typeof consolePagesOf>;

/** @param arn of anything in the installation's account and Region */
export function consolePagesOf(arn: string) {
  const { partition, region } = parse(arn);
  const page = (service: string, fragment: string) =>
    linkConsole({ partition, region }, `/${service}?region=${region}${fragment}`);
  const encode = encodeURIComponent;
  return {
    stateMachine: (stateMachineArn: string) => page('states/home', `#/statemachines/view/${stateMachineArn}`),
    execution: linkExecution,
    stack: (stackId: string) => page('cloudformation/home', `#/stacks/stackinfo?stackId=${encode(stackId)}`),
    stacks: () => page('cloudformation/home', '#/stacks'),
    secret: (secretArn: string) => page('secretsmanager/secret', `&name=${encode(secretArn)}`),
    function: (name: string) => page('lambda/home', `#/functions/${name}`),
    topic: (topicArn: string) => page('sns/v3/home', `#/topic/${topicArn}`),
    queue: (queueUrl: string) => page('sqs/v3/home', `#/queues/${encode(queueUrl)}`),
    rule: (bus: string, rule: string) => page('events/home', `#/eventbus/${encode(bus)}/rules/${encode(rule)}`),
    rules: () => page('events/home', '#/rules'),
    alarm: (name: string) => page('cloudwatch/home', `#alarmsV2:alarm/${encode(name)}`),
    alarms: () => page('cloudwatch/home', '#alarmsV2:'),
    metrics: () => page('cloudwatch/home', '#metricsV2'),
    table: (name: string) => page('dynamodbv2/home', `#table?name=${encode(name)}`),
    /** L-B99A9384 is Lambda's quota of concurrent executions. */
    concurrency: () => page('servicequotas/home/services/lambda/quotas/L-B99A9384', ''),
  };
}
