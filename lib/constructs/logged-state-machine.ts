import type { Duration } from 'aws-cdk-lib';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { createLogGroup, type Retention } from './retention';

export interface LoggedStateMachineProps {
  readonly stateMachineName?: string;
  readonly comment: string;
  readonly definitionBody: DefinitionBody;
  readonly timeout: Duration;
  readonly retention: Retention;
}

/** A Standard state machine with traces and a log of its states, without the data of executions. */
export class LoggedStateMachine extends StateMachine {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { retention, ...props }: LoggedStateMachineProps) {
    const logGroup = createLogGroup(scope, `${id}Logs`, retention);
    super(scope, id, {
      ...props,
      stateMachineType: StateMachineType.STANDARD,
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
    });
    this.logGroup = logGroup;
  }
}
