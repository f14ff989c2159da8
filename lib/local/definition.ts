import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';

type Resource = { readonly Type: string; readonly Properties: Record<string, unknown> };
export type Template = { readonly Resources: Readonly<Record<string, Resource>> };

/** The template that the build synthesised; the package ships it. */
export function readShippedTemplate(): Template {
  const root = dirname(require.resolve('flightwatch/package.json'));
  return JSON.parse(readFileSync(join(root, 'dist', 'template.json'), 'utf8')) as Template;
}

/** The state machine's definition, as the stack deploys it, with local names in place of ARNs. */
export function readDefinition(template: Template): StateMachineDefinition {
  const stateMachine = Object.values(template.Resources).find(isWatch);
  if (stateMachine === undefined) throw new Error('The template holds no watch; run npm run build.');
  return JSON.parse(resolve(stateMachine.Properties.DefinitionString, template)) as StateMachineDefinition;
}

/** There is another state machine, which reports broken watches. */
function isWatch({ Type, Properties }: Resource): boolean {
  return (
    Type === 'AWS::StepFunctions::StateMachine' &&
    JSON.stringify(Properties.DefinitionString).includes('Poll Deployment')
  );
}

function resolve(value: unknown, template: Template): string {
  if (typeof value === 'string') return value;
  const [name, operand] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (name === 'Fn::Join') return (operand as [string, unknown[]])[1].map((part) => resolve(part, template)).join('');
  if (name === 'Ref' && operand === 'AWS::Partition') return 'aws';
  if (name === 'Ref') return localArn(operand as string, template);
  if (name === 'Fn::GetAtt') return localArn((operand as [string, string])[0], template);
  throw new Error(`The definition holds ${JSON.stringify(value)}, which only CloudFormation can resolve.`);
}

function localArn(logicalId: string, template: Template): string {
  const service = template.Resources[logicalId]?.Type === 'AWS::SNS::Topic' ? 'sns' : 'lambda';
  return `arn:aws:${service}:local:000000000000:${service === 'lambda' ? 'function:' : ''}${logicalId}`;
}
