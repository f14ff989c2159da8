import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { LOG_RETENTION } from './flightwatch-function';

export interface LoggedStateMachineProps {
  readonly stateMachineName?: string;
  readonly comment: string;
  readonly definitionBody: DefinitionBody;
  readonly timeout: Duration;
}

/** A Standard state machine with traces and a log of its states, without the data of executions. */
export class LoggedStateMachine extends StateMachine {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: LoggedStateMachineProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: LOG_RETENTION,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      ...props,
      stateMachineType: StateMachineType.STANDARD,
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
    });
    this.logGroup = logGroup;
  }
}
