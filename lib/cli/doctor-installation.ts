import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import {
  type DeployedDefinition,
  type DeployedSettings,
  readDefinition,
  readPollSettings,
} from '../aws/deployed-settings';
import { describeStack, outputsOf } from '../aws/find-stack';
import { findResources, type StackResource } from '../aws/stack-resources';
import type { StackOutputs } from '../contract/stack-outputs';
import { type ConsolePages, consolePagesOf } from './console-pages';
import type { StateMachine } from './state-machine';
import type { Terminal } from './terminal';

/** What is checked: everything that belongs to a state machine. What cannot be read is a rejected promise. */
export interface Installation extends Pick<StateMachine, 'arn' | 'stepFunctions'> {
  readonly region: string;
  /** Settings of the clients. */
  readonly client: typeof COMMAND_LINE_CLIENT;
  readonly pages: ConsolePages;
  /** A command of this program, and one of the AWS CLI, as the user can type it. */
  readonly own: (command: string) => string;
  readonly aws: (command: string, region?: string) => string;
  /** Deploys the stack again. Absent where the user's own app does. */
  readonly deploy: readonly string[] | undefined;
  readonly definition: Promise<DeployedDefinition>;
  /** Undefined if the function is none of Flightwatch's. */
  readonly settings: Promise<DeployedSettings | undefined>;
  /** Undefined if no stack has the state machine. */
  readonly stack: Promise<DeployedStack | undefined>;
  readonly alarms: Promise<readonly MetricAlarm[]>;
  readonly now: Date;
}

export interface DeployedStack {
  readonly name: string;
  readonly id: string;
  readonly status: string;
  readonly outputs: Partial<StackOutputs>;
  readonly resources: readonly StackResource[];
}

/** @param option the ARN, if the user passed one */
export function openInstallation(
  { arn, stepFunctions, region }: StateMachine & { readonly region: string },
  option: string | undefined,
  { command: { start, isCheckout } }: Pick<Terminal, 'command'>,
): Installation {
  const client = { ...COMMAND_LINE_CLIENT, region: async () => region };
  const definition = readDefinition(stepFunctions, arn);
  const stack = readStack(new CloudFormationClient(client), arn);
  const installation = {
    arn,
    stepFunctions,
    region,
    client,
    pages: consolePagesOf(arn),
    own: (command: string) => `${start} ${command}${option === undefined ? '' : ` --state-machine-arn ${option}`}`,
    aws: (command: string, otherRegion = region) => `aws ${command} --region ${otherRegion}`,
    deploy: isCheckout ? ['npx cdk deploy'] : undefined,
    definition,
    settings: readSettings(new LambdaClient(client), definition),
    stack,
    alarms: readAlarms(new CloudWatchClient(client), stack),
    now: new Date(),
  };
  const { settings, alarms } = installation;
  // An error is a finding where it is awaited, even if that is later.
  for (const read of [definition, settings, stack, alarms]) read.catch(() => {});
  return installation;
}

async function readSettings(
  lambda: LambdaClient,
  definition: Promise<DeployedDefinition>,
): Promise<DeployedSettings | undefined> {
  const { pollFunction } = await definition;
  return pollFunction === undefined ? undefined : readPollSettings(lambda, pollFunction);
}

async function readStack(client: CloudFormationClient, arn: string): Promise<DeployedStack | undefined> {
  const installed = await findResources(client, arn);
  if (installed === undefined) return undefined;
  const { stackName: name, resources } = installed;
  const stack = await describeStack(client, name);
  const { StackId: id = '', StackStatus: status = '' } = stack ?? {};
  return { name, id, status, outputs: outputsOf(stack ?? {}), resources };
}

/** Those of the stack that exist. */
async function readAlarms(
  client: CloudWatchClient,
  stack: Promise<DeployedStack | undefined>,
): Promise<readonly MetricAlarm[]> {
  const AlarmNames = resourcesIn(await stack, 'AWS::CloudWatch::Alarm').map(({ physicalId }) => physicalId);
  const alarms: MetricAlarm[] = [];
  if (AlarmNames.length === 0) return alarms;
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmNames })) {
    alarms.push(...MetricAlarms);
  }
  return alarms;
}

export function resourcesIn(stack: DeployedStack | undefined, type: string, place = /^/): StackResource[] {
  return (stack?.resources ?? []).filter((resource) => resource.type === type && place.test(resource.place));
}
