import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { type IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { STATE_MACHINE_ARN_FORM, STATE_MACHINE_ARN_PATTERN } from '../contract/state-machine-arn';
import { showArn } from '../text';
import { isBeforeLookup } from './before-lookup';
import { MonitorBase, type Watches } from './monitor-base';

/** A monitor that another stack or app has made. */
export class ImportedMonitor extends MonitorBase {
  readonly stateMachine: IStateMachine;
  protected readonly _watches: Watches;

  /** @throws Error if the ARN is not that of a state machine */
  constructor(scope: Construct, id: string, stateMachineArn: string) {
    super(scope, id);
    checkArn(this.node.path, stateMachineArn);
    const arn = isBeforeLookup(stateMachineArn) ? anyArn(this) : stateMachineArn;
    this.stateMachine = StateMachine.fromStateMachineArn(this, 'StateMachine', arn);
    this._watches = readWatches(this, this.stateMachine);
  }
}

/** The CDK's own grants and metrics of an imported state machine name the account and the Region of the stack instead. */
function readWatches(scope: Construct, { stateMachineArn, env }: IStateMachine): Watches {
  const components = Stack.of(scope).splitArn(stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
  const { resourceName: service = '' } = components;
  return {
    service,
    executionArns: Arn.format({ ...components, resource: 'execution', resourceName: `${service}:*` }),
    place: otherPlace(Stack.of(scope), env),
  };
}

function otherPlace({ account, region }: Stack, env: IStateMachine['env']): NonNullable<Watches['place']> {
  return {
    ...(isElsewhere(env.account, account) && { account: env.account }),
    ...(isElsewhere(env.region, region) && { region: env.region }),
  };
}

function isElsewhere(place: string, ofStack: string): boolean {
  return !Token.isUnresolved(place) && place !== ofStack;
}

/** The CDK takes apart what it imports, and the next synthesis has the real ARN. */
function anyArn(scope: Construct): string {
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return Stack.of(scope).formatArn({ service: 'states', resource: 'stateMachine', resourceName: 'unknown', arnFormat });
}

function checkArn(path: string, arn: unknown): void {
  if (typeof arn === 'string' && isArn(arn)) return;
  throw new Error(
    `${path}: got ${showArn(arn)} as the ARN of the state machine, expected ${STATE_MACHINE_ARN_FORM}, as in the output ` +
      'StateMachineArn of the stack. An execution, a version or an alias is none. Of a parameter, pass valueAsString.',
  );
}

function isArn(text: string): boolean {
  return Token.isUnresolved(text) || isBeforeLookup(text) || STATE_MACHINE_ARN_PATTERN.test(text);
}
