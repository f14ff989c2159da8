import { randomBytes } from 'node:crypto';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';

/** Whether a state machine that starts another under a name that is taken is refused, as in AWS. */
export async function keepsNestedNames(): Promise<boolean> {
  const name = `FlightwatchNames${randomBytes(4).toString('hex')}`;
  const stepFunctions = new SFNClient();
  const childArn = await create(stepFunctions, name, { Type: 'Succeed' });
  const Parameters = { StateMachineArn: childArn, Name: name, Input: { again: true } };
  const Resource = 'arn:aws:states:::states:startExecution.sync:2';
  const parentArn = await create(stepFunctions, `${name}Parent`, { Type: 'Task', Resource, Parameters, End: true });
  await run(stepFunctions, childArn, name);
  const status = await run(stepFunctions, parentArn, name);
  for (const stateMachineArn of [parentArn, childArn]) {
    await stepFunctions.send(new DeleteStateMachineCommand({ stateMachineArn }));
  }
  return status === 'FAILED';
}

async function create(stepFunctions: SFNClient, name: string, Only: object): Promise<string> {
  const definition = JSON.stringify({ StartAt: 'Only', States: { Only } });
  const machine = { name, roleArn: 'arn:aws:iam::000000000000:role/probe', definition };
  const { stateMachineArn = '' } = await stepFunctions.send(new CreateStateMachineCommand(machine));
  return stateMachineArn;
}

/** @returns how it ended */
async function run(stepFunctions: SFNClient, stateMachineArn: string, name: string): Promise<string | undefined> {
  const { executionArn } = await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input: '{}' }));
  for (;;) {
    const { status } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return status;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
