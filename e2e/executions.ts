import { type ExecutionListItem, ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';

const stepFunctions = new SFNClient();

/** All executions whose names begin so, once none of them runs. */
export async function executionsOf(stateMachineArn: string, prefix: string, atLeast = 1): Promise<string[]> {
  for (;;) {
    const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
    const own = executions.filter(({ name }) => name?.startsWith(prefix));
    if (own.length >= atLeast && own.every(({ status }) => status !== 'RUNNING')) {
      return own.map(({ executionArn }) => executionArn ?? '');
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Those that run. */
export async function runningExecutions(stateMachineArn: string, prefix: string): Promise<ExecutionListItem[]> {
  const list = { stateMachineArn, statusFilter: 'RUNNING' as const };
  const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand(list));
  return executions.filter(({ name }) => name?.startsWith(prefix));
}

/** Stops the one that runs, as the console does. */
export async function stopExecution(stateMachineArn: string, prefix: string): Promise<ExecutionListItem | undefined> {
  const [execution] = await runningExecutions(stateMachineArn, prefix);
  await stepFunctions.send(new StopExecutionCommand({ executionArn: execution?.executionArn, cause: 'by hand' }));
  return execution;
}
