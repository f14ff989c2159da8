import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

interface Stack {
  /** Physical ids. */
  readonly resources: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Logical ids and types, by physical id. */
  readonly details?: Readonly<Record<string, { readonly id: string; readonly type: string }>>;
}

/** Source: CloudFormation API, DescribeStackResources. */
const MAX_DESCRIBED = 100;

/** CloudFormation over HTTP, as far as Flightwatch calls it. */
export class CloudFormation {
  /** By name. */
  stacks: Record<string, Stack> = {};
  /** False: as an emulator, which wants the name of a stack. */
  findsByResource = true;
  readonly calls: string[] = [];
  /** The calls that are denied, by name. */
  denied: readonly string[] = [];

  /** Its requests are forms, where those of the other services are JSON. */
  static isCall({ headers }: IncomingMessage): boolean {
    return headers['content-type'] === 'application/x-www-form-urlencoded';
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parameters = new URLSearchParams(await text(request));
    const call = parameters.get('Action') ?? '';
    this.calls.push(call);
    const isDenied = this.denied.includes(call);
    const result = isDenied ? undefined : this.answer(call, parameters);
    response.writeHead(result === undefined ? (isDenied ? 403 : 400) : 200, { 'content-type': 'text/xml' });
    if (isDenied) response.end(failure('AccessDenied', `not authorized to perform: cloudformation:${call}`));
    else if (result === undefined) response.end(failure('ValidationError', 'Stack does not exist'));
    else response.end(`<${call}Response><${call}Result>${result}</${call}Result></${call}Response>`);
  }

  private answer(call: string, parameters: URLSearchParams): string | undefined {
    if (call === 'DescribeStacks') return this.describe(parameters);
    return call === 'ListStackResources' ? this.listResources(parameters) : this.describeResources(parameters);
  }

  private describe(parameters: URLSearchParams): string | undefined {
    const name = parameters.get('StackName');
    if (name !== null && this.stacks[name] === undefined) return undefined;
    const found = Object.entries(this.stacks).filter(([stackName]) => name === null || stackName === name);
    return list(
      'Stacks',
      found.map(([stackName, { outputs }]) => describeStack(stackName, outputs)),
    );
  }

  private describeResources(parameters: URLSearchParams): string | undefined {
    const id = parameters.get('PhysicalResourceId') ?? '';
    const found = Object.entries(this.stacks).find(([, { resources }]) => resources.includes(id));
    if (found === undefined || !this.findsByResource) return undefined;
    const [StackName, { resources }] = found;
    return list(
      'StackResources',
      resources.slice(0, MAX_DESCRIBED).map((resource) => xml({ StackName, PhysicalResourceId: resource })),
    );
  }

  private listResources(parameters: URLSearchParams): string | undefined {
    const stack = this.stacks[parameters.get('StackName') ?? ''];
    if (stack === undefined) return undefined;
    const summaries = Object.entries(stack.details ?? {}).map(([PhysicalResourceId, { id, type }]) =>
      xml({ LogicalResourceId: id, PhysicalResourceId, ResourceType: type, ResourceStatus: 'CREATE_COMPLETE' }),
    );
    return list('StackResourceSummaries', summaries);
  }
}

function failure(Code: string, Message: string): string {
  return `<ErrorResponse><Error>${xml({ Type: 'Sender', Code, Message })}</Error></ErrorResponse>`;
}

function describeStack(StackName: string, outputs: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(outputs).map(([OutputKey, OutputValue]) => xml({ OutputKey, OutputValue }));
  return (
    xml({ StackName, StackStatus: 'CREATE_COMPLETE', CreationTime: '2026-01-01T00:00:00Z' }) + list('Outputs', pairs)
  );
}

/** A list, as the query protocol writes it. */
export function list(name: string, members: readonly string[]): string {
  return `<${name}>${members.map((member) => `<member>${member}</member>`).join('')}</${name}>`;
}

export function xml(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${value.replaceAll('&', '&amp;')}</${name}>`)
    .join('');
}
