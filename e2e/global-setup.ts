import { randomBytes } from 'node:crypto';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, DeleteTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { Subscriber } from './installation';
import { keepsNestedNames } from './nested-names';

/** Set to `dropped` where the endpoint does not hand on the message attributes that a state machine publishes. */
export const ATTRIBUTES_VARIABLE = 'FLIGHTWATCH_E2E_ATTRIBUTES';

/** Set to `replaced` where a nested start replaces the execution that has its name. */
export const NESTED_NAMES_VARIABLE = 'FLIGHTWATCH_E2E_NESTED_NAMES';

/** Finds out, before any test, what an emulator leaves out; AWS leaves out nothing. */
export default async function setUp(): Promise<void> {
  if (!process.env.AWS_ENDPOINT_URL) return;
  if (!(await handsOnAttributes())) process.env[ATTRIBUTES_VARIABLE] = 'dropped';
  if (!(await keepsNestedNames())) process.env[NESTED_NAMES_VARIABLE] = 'replaced';
}

/** Publishes one message by a state machine, as a watch does. */
async function handsOnAttributes(): Promise<boolean> {
  const name = `FlightwatchProbe${randomBytes(4).toString('hex')}`;
  const [sns, stepFunctions, subscriber] = [new SNSClient(), new SFNClient(), new Subscriber()];
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
  await subscriber.subscribe(name, TopicArn);
  const machine = { name, roleArn: 'arn:aws:iam::000000000000:role/probe', definition: definitionFor(TopicArn) };
  const { stateMachineArn } = await stepFunctions.send(new CreateStateMachineCommand(machine));
  await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input: '{}' }));
  await subscriber.receive(1);
  await Promise.all([
    subscriber.remove(),
    sns.send(new DeleteTopicCommand({ TopicArn })),
    stepFunctions.send(new DeleteStateMachineCommand({ stateMachineArn })),
  ]);
  return subscriber.notifications[0]?.attributes?.probe?.Value === 'yes';
}

function definitionFor(TopicArn: string): string {
  const Parameters = {
    TopicArn,
    Message: '{}',
    MessageAttributes: { probe: { DataType: 'String', StringValue: 'yes' } },
  };
  const Publish = { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Parameters, End: true };
  return JSON.stringify({ StartAt: 'Publish', States: { Publish } });
}
