import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { FlightwatchStack } from '../../lib/constructs/flightwatch-stack';
import { readSettings } from '../../lib/constructs/settings';
import { type Resource, resolveText, type Template } from '../../lib/local/template';
import { matches } from './event-pattern';
import { type BundleResult, invokeBundle } from './run-bundle';
import { ACCOUNT, stateMachineArn } from './step-functions';
import { isThorough } from './thorough';

/** What EventBridge delivers. */
export interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
}

export type Invocation = BundleResult;

/** The synthesised stack, with its functions ready to run: their real bundles in the environment that the template sets. */
export class DeployedStack {
  readonly template: Template;
  private readonly folder = mkdtempSync(join(tmpdir(), 'flightwatch-stack-'));

  constructor(settings: object = {}) {
    const app = new App({ context: { flightwatch: settings }, outdir: this.folder });
    new FlightwatchStack(app, 'Flightwatch', readSettings(app.node));
    app.synth();
    this.template = JSON.parse(readFileSync(join(this.folder, 'Flightwatch.template.json'), 'utf8')) as Template;
  }

  /** The state machines, by what they do. */
  get stateMachines(): { readonly watches: string; readonly reports: string } {
    const [watches = '', reports = ''] = [/Watch(?!dog)/, /Report/].map((pattern) => {
      const ids = this.idsOf('AWS::StepFunctions::StateMachine').filter((id) => pattern.test(id));
      if (ids.length !== 1) throw new Error(`expected one state machine like ${pattern}, got ${ids.join(', ')}`);
      return this.valueOf(ids[0] ?? '');
    });
    return { watches, reports };
  }

  /** Logical ids. */
  idsOf(type: string): string[] {
    return Object.keys(this.template.Resources).filter((id) => this.resource(id).Type === type);
  }

  /** Delivers an event to each function behind a rule that matches it. @param environment beside the template's */
  async deliver(
    event: BusEvent,
    environment: Readonly<Record<string, string>>,
    eventBusName = 'default',
  ): Promise<Invocation[]> {
    const matching = this.rules.filter(
      ({ EventPattern, EventBusName = 'default' }) =>
        EventPattern !== undefined && EventBusName === eventBusName && matches(EventPattern, event),
    );
    return this.invokeTargets(matching, event, environment);
  }

  /** Invokes each function behind a schedule of this form, such as `rate(1 hour)`. */
  async deliverSchedule(schedule: string, environment: Readonly<Record<string, string>>): Promise<Invocation[]> {
    const event = { id: 'event', source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
    const matching = this.rules.filter(({ ScheduleExpression }) => ScheduleExpression === schedule);
    return this.invokeTargets(matching, event, environment);
  }

  /** Runs a function as Lambda does. What it returns is the last line of its standard output, as JSON. */
  async invoke(functionId: string, event: object, environment: Readonly<Record<string, string>>): Promise<Invocation> {
    const { Handler, Code } = this.resource(functionId).Properties as unknown as FunctionProperties;
    const [folder = '', name = ''] = Handler.split('.');
    const file = join(this.assetOf(Code), `${folder}.js`);
    const env = { ...environment, ...this.variablesOf(functionId) };
    return isThorough ? invokeProcess(file, name, event, env) : invokeBundle(file, name, event, env);
  }

  /** The environment of a function. */
  variablesOf(functionId: string): Readonly<Record<string, string>> {
    const { Environment } = this.resource(functionId).Properties as unknown as FunctionProperties;
    return this.resolve(Environment?.Variables ?? {}) as Readonly<Record<string, string>>;
  }

  private get rules(): Rule[] {
    return this.idsOf('AWS::Events::Rule').map((id) => this.resolve(this.resource(id).Properties) as Rule);
  }

  private invokeTargets(rules: readonly Rule[], event: BusEvent, environment: Readonly<Record<string, string>>) {
    const functionIds = rules.flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn.split(':').at(-1) ?? ''));
    return Promise.all(functionIds.map((functionId) => this.invoke(functionId, event, environment)));
  }

  private assetOf({ S3Key }: FunctionProperties['Code']): string {
    return join(this.folder, `asset.${S3Key.replace(/\.zip$/, '')}`);
  }

  private resource(logicalId: string): Resource {
    const resource = this.template.Resources[logicalId];
    if (resource === undefined) throw new Error(`the template has no ${logicalId}`);
    return resource;
  }

  /** A value of the template with the texts that AWS would put in place of its functions. */
  private resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    const names = Object.keys(value);
    const isFunction = names.length === 1 && /^(Ref|Fn::)/.test(names[0] ?? '');
    if (isFunction) return resolveText(value, (logicalId, attribute) => this.valueOf(logicalId, attribute));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.resolve(item)]));
  }

  /** What AWS would put in place of a reference. */
  valueOf(logicalId: string, attribute?: string): string {
    const [region = '', accountId = ''] = ACCOUNT.split(':');
    const pseudo: Readonly<Record<string, string>> = { 'AWS::Region': region, 'AWS::AccountId': accountId };
    if (logicalId.startsWith('AWS::')) return pseudo[logicalId] ?? logicalId;
    const { Type, Properties } = this.resource(logicalId);
    if (Type === 'AWS::StepFunctions::StateMachine') {
      const name = String(Properties.StateMachineName ?? logicalId);
      return attribute === 'Name' ? name : stateMachineArn(name);
    }
    if (Type === 'AWS::DynamoDB::Table') return logicalId;
    return `arn:aws:${Type.split('::')[1]?.toLowerCase()}:${ACCOUNT}:${logicalId}`;
  }
}

interface Rule {
  readonly EventPattern?: object;
  readonly EventBusName?: string;
  readonly ScheduleExpression?: string;
  readonly Targets: readonly { readonly Arn: string }[];
}

interface FunctionProperties {
  readonly Handler: string;
  readonly Code: { readonly S3Key: string };
  readonly Environment?: { readonly Variables: object };
}

/** In a process of its own, as on Lambda. */
async function invokeProcess(
  file: string,
  name: string,
  event: object,
  env: Readonly<Record<string, string>>,
): Promise<Invocation> {
  const handler = `require(${JSON.stringify(file)}).${name}`;
  const script = `${handler}(${JSON.stringify(event)}).then((result) => console.log(JSON.stringify(result ?? null)))`;
  const child = spawn(process.execPath, ['-e', script], { env });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  const exitStatus = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitStatus, ...output };
}
