/** A CloudFormation template, as far as our own are read. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** A text that may hold CloudFormation's functions. @param lookUp the value of a resource's reference or attribute */
export function resolveText(value: unknown, lookUp: (logicalId: string, attribute?: string) => string): string {
  if (typeof value === 'string') return value;
  const [name, operand] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (name === 'Fn::Join') return (operand as [string, unknown[]])[1].map((part) => resolveText(part, lookUp)).join('');
  if (name === 'Ref' && operand === 'AWS::Partition') return 'aws';
  if (name === 'Ref') return lookUp(operand as string);
  if (name === 'Fn::GetAtt') return lookUp(...(operand as [string, string]));
  throw new Error(`The template holds ${JSON.stringify(value)}, which only CloudFormation can resolve.`);
}
