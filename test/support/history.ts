import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import type { Look } from '../../lib/watch/look';

export interface Started {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: unknown;
}

/** A Step Functions in which one execution is over; what is started after that is kept, one of a name. */
export function serveHistory(events: readonly HistoryEvent[], describedInput = '{"deploymentId":"clx1"}') {
  const client = mockClient(SFNClient);
  const started: Started[] = [];
  client.on(GetExecutionHistoryCommand).resolves({ events: events.toReversed() });
  client.on(DescribeExecutionCommand).resolves({ input: describedInput });
  client
    .on(StartExecutionCommand)
    .callsFake(({ input, ...start }: { input: string; name: string; stateMachineArn: string }) => {
      if (started.some(({ name }) => name === start.name)) {
        throw new ExecutionAlreadyExists({ message: 'Execution Already Exists', $metadata: {} });
      }
      started.push({ ...start, input: JSON.parse(input) as unknown });
      return {};
    });
  return { client, started };
}

/** A state was left; what it passes on holds this look. */
export function left(name: string, look: Partial<Look> | null): HistoryEvent {
  return {
    id: 1,
    timestamp: new Date(),
    type: 'TaskStateExited',
    stateExitedEventDetails: { name, output: JSON.stringify({ input: {}, execution: {}, look }) },
  };
}
