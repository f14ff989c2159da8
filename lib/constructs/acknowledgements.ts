import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';

/** Accepted findings of cdk-nag's AwsSolutions and Serverless packs, each with its reason. */
const ACKNOWLEDGED: Readonly<Record<string, string>> = {
  'AwsSolutions::AwsSolutions-SMG4':
    'Flightcontrol issues the API key and offers no API to rotate it. A key that a person replaces is used at the ' +
    'next look, without a deployment. The secret of the webhook is also known to GitHub: connect-github --rotate ' +
    'changes it in both places.',
  'AwsSolutions::AwsSolutions-SQS3':
    'The queue is the dead-letter queue of rules, functions and subscriptions, which this check cannot see.',
  'Serverless::Serverless-SQSRedrivePolicy':
    'The queue is the dead-letter queue itself. An alarm goes off as soon as it holds a message.',
  'Serverless::Serverless-LambdaDLQ':
    'Functions that are invoked asynchronously send failed events to the dead-letter queue by an on-failure ' +
    'destination, which adds the error. The poll function is invoked by Step Functions only, which retries; the ' +
    'webhook receiver by its URL only, and GitHub gets the error as the answer.',
  'AwsSolutions::AwsSolutions-DDB3':
    'The history is what notifications have said already, and expires after a year. Who loses it loses trends and usual ' +
    'durations for a while, and no notification.',
  [wildcard('Resource::*')]:
    'Only for the actions of X-Ray and of log delivery, which support no resource-level permissions, and for those that ' +
    'attach a function to a VPC, which Lambda checks before there is a network interface.',
  [wildcard('Action::kms:ReEncrypt*')]: 'What DynamoDB needs to write to a table with a customer managed key.',
  [wildcard('Action::kms:GenerateDataKey*')]: "The CDK's form of the permission to encrypt, on one key.",
};

/** Resources that policies name with a wildcard. */
export interface Wildcards {
  /** Executions get their names when they start. */
  readonly stateMachines: readonly StateMachine[];
  /** The CDK lets whoever may invoke a function invoke its versions, too. */
  readonly invokedFunctions: readonly IFunction[];
}

/** Acknowledges the findings, so that a user's own cdk-nag reports none below this construct. */
export function acknowledgeFindings(construct: IConstruct, { stateMachines, invokedFunctions }: Wildcards): void {
  const acknowledgeWildcard = (arn: string, reason: string) =>
    acknowledge(construct, wildcard(`Resource::${asInFindings(Stack.of(construct).resolve(arn))}`), reason);
  for (const [id, reason] of Object.entries(ACKNOWLEDGED)) acknowledge(construct, id, reason);
  for (const stateMachine of stateMachines) {
    acknowledgeWildcard(executionsOf(stateMachine), 'Executions of one state machine, named when they start.');
  }
  for (const { functionArn } of invokedFunctions) {
    acknowledgeWildcard(`${functionArn}:*`, 'The versions of one function.');
  }
}

/** Acknowledges that a function that anybody can invoke writes no traces. */
export function acknowledgeMissingTraces(construct: IConstruct): void {
  const reason = 'Strangers can invoke the function, and traces of their requests would cost more than the function.';
  acknowledge(construct, 'Serverless::Serverless-LambdaTracing', reason);
}

/**
 * Some supported versions of aws-cdk-lib cannot take this: 2.250 has no `Validations`, 2.251 cannot acknowledge, and those
 * up to 2.268 refuse the ids of wildcards. Then cdk-nag reports the finding, which must not end a synthesis.
 */
function acknowledge(construct: IConstruct, id: string, reason: string): void {
  try {
    Validations.of(construct).acknowledge({ id, reason });
  } catch {
    // test/constructs/audit.test.ts fails if the version of this checkout cannot take it.
  }
}

/** As `grantExecution` names them. */
function executionsOf(stateMachine: StateMachine): string {
  const stack = Stack.of(stateMachine);
  const { resourceName = '' } = stack.splitArn(stateMachine.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
  return stack.formatArn({
    service: 'states',
    resource: 'execution',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    resourceName: `${resourceName}:*`,
  });
}

function wildcard(what: string): string {
  return `AwsSolutions::AwsSolutions-IAM5[${what}]`;
}

/** As cdk-nag writes a resolved ARN: `arn:<AWS::Partition>:...`. */
function asInFindings(value: unknown): string {
  if (typeof value === 'string') return value;
  const [name, operand] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (name === 'Ref') return `<${operand}>`;
  if (name === 'Fn::GetAtt') return `<${(operand as string[]).join('.')}>`;
  if (name === 'Fn::Join') return (operand as [string, unknown[]])[1].map(asInFindings).join('');
  return JSON.stringify(value);
}
