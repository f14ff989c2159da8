import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of cdk-nag's AwsSolutions and Serverless packs that stay, each with the reason why. */
const ACKNOWLEDGED: Readonly<Record<string, string>> = {
  'AwsSolutions::AwsSolutions-SMG4':
    'Flightcontrol issues the API key and offers no way to rotate it by a program. A key that a person replaces is ' +
    'taken at the next look, with no deployment.',
  'AwsSolutions::AwsSolutions-SQS3':
    'The queue is the dead-letter queue: of rules, functions and subscriptions, which the rule cannot see.',
  'Serverless::Serverless-SQSRedrivePolicy':
    'The queue is the dead-letter queue itself. An alarm tells as soon as anything is in it.',
  'Serverless::Serverless-LambdaDLQ':
    'Functions that are called asynchronously send what they give up to the dead-letter queue by an on-failure ' +
    'destination, which also tells the error. The poll function is called by Step Functions only, which retries.',
  [wildcard('Resource::*')]: 'Only for the actions of X-Ray and of log delivery, which know no resources.',
  [wildcard('Action::kms:GenerateDataKey*')]: "The CDK's form of the right to encrypt, on one key.",
};

export interface Wildcards {
  /** Grown at run time: executions get their names when they start. */
  readonly executionsOf: readonly string[];
  /** The CDK lets a caller of a function call its versions, too. */
  readonly versionsOf: readonly string[];
}

/** Makes a user's own cdk-nag pass over what is below this construct; the tests run it without a finding left. */
export function acknowledgeFindings(construct: IConstruct, { executionsOf, versionsOf }: Wildcards): void {
  const validations = Validations.of(construct);
  const describe = (arn: string) => wildcard(`Resource::${asInFindings(Stack.of(construct).resolve(arn))}`);
  for (const [id, reason] of Object.entries(ACKNOWLEDGED)) validations.acknowledge({ id, reason });
  for (const arn of executionsOf) {
    validations.acknowledge({ id: describe(arn), reason: 'Executions of one state machine, named when they start.' });
  }
  for (const arn of versionsOf) {
    validations.acknowledge({ id: describe(arn), reason: 'The versions of one function.' });
  }
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
