import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';

export const STATE_MACHINE_ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:flightwatch';

export interface Execution {
  status: string;
  error?: string;
  input: string;
}

/** The executions of one state machine, by name. Source: Step Functions API, StartExecution, idempotency. */
export function serveExecutions(): Map<string, Execution> {
  const executions = new Map<string, Execution>();
  const client = mockClient(SFNClient);
  client.on(StartExecutionCommand).callsFake(({ name, input }: { name: string; input: string }) => {
    const existing = executions.get(name);
    if (existing !== undefined && (existing.status !== 'RUNNING' || existing.input !== input)) {
      throw new ExecutionAlreadyExists({ message: 'Execution Already Exists', $metadata: {} });
    }
    if (existing === undefined) executions.set(name, { status: 'RUNNING', input });
    return { executionArn: arnOf(name), startDate: new Date() };
  });
  client.on(DescribeExecutionCommand).callsFake(({ executionArn }: { executionArn: string }) => {
    const execution = executions.get(executionArn.split(':').at(-1) ?? '');
    if (execution === undefined) throw new ExecutionDoesNotExist({ message: 'Does Not Exist', $metadata: {} });
    return { executionArn, ...execution };
  });
  return executions;
}

export function arnOf(name: string): string {
  return `arn:aws:states:eu-west-1:123456789012:execution:flightwatch:${name}`;
}
