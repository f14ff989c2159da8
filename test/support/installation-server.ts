import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LoopbackServer, serveOnLoopback } from '../../lib/local/loopback-server';
import { resolveText } from '../../lib/local/template';
import { list, xml } from './cloudformation';
import type { DeployedStack } from './deployed-stack';
import { type Answer, type Input, type InstallationState, wellBeing } from './installation-state';
import { ACCOUNT, AwsError, type Execution, StepFunctions } from './step-functions';

const SUBSCRIPTION = 'AWS::SNS::Subscription';

/**
 * Everything of AWS that an installation consists of, as it is after the stack was deployed and all was done that
 * docs/operations.md says. A test breaks something of it.
 */
export class InstallationServer {
  state: InstallationState = wellBeing();
  private stepFunctions = new StepFunctions();

  private constructor(
    private readonly server: LoopbackServer,
    private readonly stack: DeployedStack,
  ) {
    this.reset();
  }

  /** All is well, and nothing has happened yet. */
  reset(): void {
    this.state = wellBeing();
    this.stepFunctions = new StepFunctions();
    const { watches, reports } = this.stack.stateMachines;
    this.stepFunctions.stateMachines = [watches, reports];
  }

  static async start(stack: DeployedStack): Promise<InstallationServer> {
    const server = await serveOnLoopback((request, response) => void aws.serve(request, response));
    const aws = new InstallationServer(server, stack);
    return aws;
  }

  get url(): string {
    return this.server.url;
  }

  get executions(): Map<string, Execution> {
    return this.stepFunctions.executionsOf(this.stack.stateMachines.watches);
  }

  /** None is left. */
  removeStateMachines(): void {
    this.stepFunctions.stateMachines = [];
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const isQuery = request.headers['content-type'] === 'application/x-www-form-urlencoded';
    const input = isQuery ? Object.fromEntries(new URLSearchParams(body)) : parse(body);
    const call = isQuery ? String((input as Input).Action) : readCall(request);
    this.state.calls.push(call);
    // Source: Signature Version 4, Credential=<key>/<date>/<region>/<service>/aws4_request.
    this.state.regions.push(request.headers.authorization?.split('/')[2] ?? '');
    const failure = this.state.failures[call];
    if (failure === 'drop') return void request.socket.destroy();
    try {
      if (failure !== undefined) throw failure;
      const answer = await (this.state.overrides[call]?.(input) ?? this.answer(call, input, request));
      send(response, 200, call, answer);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { type, message, status } = error;
      const asXml = `<ErrorResponse><Error>${xml({ Type: 'Sender', Code: type, Message: message })}</Error></ErrorResponse>`;
      if (isQuery) response.writeHead(status, { 'content-type': 'text/xml' }).end(asXml);
      else send(response.setHeader('x-amzn-errortype', type), status, call, { __type: type, message });
    }
  }

  private answer(call: string, input: Input, request: IncomingMessage): Answer | Promise<Answer> {
    switch (call) {
      case 'GetCallerIdentity':
        return xml({ Arn: 'arn:aws:iam::123456789012:user/ada', Account: '123456789012', UserId: 'AIDA' });
      case 'DescribeStateMachine':
        return this.describeStateMachine(input);
      case 'DescribeStackResources':
        return list('StackResources', [
          xml({ StackName: 'Flightwatch', PhysicalResourceId: String(input.PhysicalResourceId) }),
        ]);
      case 'DescribeStacks':
        return list('Stacks', [this.describeStack()]);
      case 'ListStackResources':
        return list('StackResourceSummaries', this.describeResources());
      case 'GetFunctionConfiguration':
        return { Environment: { Variables: this.variables } };
      case 'GetFunctionUrlConfig':
        return { FunctionUrl: this.state.receiverUrl };
      case 'Invoke':
        return this.invoke();
      case 'GetSecretValue':
        return { SecretString: this.state.secret };
      case 'ListSubscriptionsByTopic':
        return list('Subscriptions', this.listSubscriptions(String(input.TopicArn)));
      case 'GetSubscriptionAttributes':
        return this.describeSubscription(String(input.SubscriptionArn));
      case 'DescribeAlarms':
        return { MetricAlarms: (input.AlarmNames as string[]).map((name) => this.describeAlarm(name)) };
      case 'DescribeRule':
        return {
          Description: 'Does something',
          State: this.state.disabledRules.includes(String(input.Name)) ? 'DISABLED' : 'ENABLED',
        };
      case 'GetQueueAttributes':
        return { Attributes: { ApproximateNumberOfMessages: String(this.state.deadLetters.length) } };
      case 'ReceiveMessage':
        return { Messages: this.state.deadLetters.map((message) => ({ ...message, MD5OfBody: md5(message.Body) })) };
      case 'Query':
        return { Items: [] };
      case 'GetFunctionConcurrency':
        return { ReservedConcurrentExecutions: this.state.receiverConcurrency };
      case 'GetAccountSettings':
        return { AccountLimit: { ConcurrentExecutions: this.state.concurrencyLimit } };
      case 'GetMetricStatistics':
        return {
          Datapoints: (this.state.metrics[String(input.MetricName)] ?? []).map((value) => ({
            Sum: value,
            Maximum: value,
          })),
        };
      default: {
        const answer = this.stepFunctions.answer(call, input);
        if (answer === undefined) throw new Error(`unexpected call ${call} ${request.method} ${request.url}`);
        return answer;
      }
    }
  }

  /** What the template says, where the state machine exists. */
  private describeStateMachine(input: Input): object {
    this.stepFunctions.answer('DescribeStateMachine', input);
    const [id = ''] = this.stack
      .idsOf('AWS::StepFunctions::StateMachine')
      .filter((name) => /WatchStateMachine/.test(name));
    const { DefinitionString } = this.stack.template.Resources[id]?.Properties ?? {};
    const definition = resolveText(DefinitionString, (name, attribute) => this.stack.valueOf(name, attribute));
    const { deployedVersion } = this.state;
    const comment = deployedVersion === '' ? '' : ` (Flightwatch ${deployedVersion})`;
    const other = definition.replace(/ \(Flightwatch [\d.]+\)/, comment);
    return { definition: deployedVersion === undefined ? definition : other };
  }

  private describeStack(): string {
    const StackId = `arn:aws:cloudformation:${ACCOUNT}:stack/Flightwatch/id`;
    const outputs = Object.entries(this.state.outputs).map(([OutputKey, OutputValue]) =>
      xml({ OutputKey, OutputValue }),
    );
    const stack = {
      StackName: 'Flightwatch',
      StackId,
      StackStatus: this.state.stackStatus,
      CreationTime: '2026-01-01T00:00:00Z',
    };
    return xml(stack) + list('Outputs', outputs);
  }

  private describeResources(): string[] {
    return Object.entries(this.stack.template.Resources).map(([LogicalResourceId, { Type }]) =>
      xml({
        LogicalResourceId,
        ResourceType: Type,
        PhysicalResourceId: this.physicalIdOf(LogicalResourceId, Type),
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: new Date(Date.now() - 200 * 60 * 1000).toISOString(),
      }),
    );
  }

  private physicalIdOf(logicalId: string, type: string): string {
    if (type === 'AWS::SQS::Queue') return `${this.url}/queue`;
    const { EventBusName: bus } = this.stack.template.Resources[logicalId]?.Properties ?? {};
    if (typeof bus === 'string') return `${bus}|${logicalId}`;
    if (/^AWS::(Events::Rule|CloudWatch::Alarm|Lambda::Function)$/.test(type)) return logicalId;
    return this.stack.valueOf(logicalId);
  }

  private get variables(): Readonly<Record<string, string>> {
    return this.stack.variablesOf(this.pollFunction);
  }

  private get pollFunction(): string {
    return this.stack.idsOf('AWS::Lambda::Function').find((id) => /PollDeployment/.test(id)) ?? '';
  }

  /** The real bundle, in the environment of the template. */
  private async invoke(): Promise<object> {
    const environment = {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'CANARY_of_aws',
      AWS_REGION: 'us-east-1',
    };
    const { stdout } = await this.stack.invoke(this.pollFunction, { probe: true }, environment);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as object;
  }

  /** Of a subscription that the stack made, the ARN is its physical id. */
  private arnOf(topicId: string, index: number): string {
    const own = this.stack.idsOf(SUBSCRIPTION).filter((id) => id.startsWith(topicId.replace(/[0-9A-F]{8}$/, '')));
    return own[index] === undefined ? `arn:aws:sns:${ACCOUNT}:${topicId}:${index}` : this.stack.valueOf(own[index]);
  }

  private listSubscriptions(topicArn: string): string[] {
    const topicId = topicArn.split(':').at(-1) ?? '';
    return (this.state.subscriptions[topicId] ?? []).map(({ protocol, endpoint, isPending }, index) =>
      xml({
        Protocol: protocol,
        Endpoint: endpoint,
        SubscriptionArn: isPending ? 'PendingConfirmation' : this.arnOf(topicId, index),
      }),
    );
  }

  private describeSubscription(arn: string): string {
    for (const [topicId, subscriptions] of Object.entries(this.state.subscriptions)) {
      const found = subscriptions.find((_, index) => this.arnOf(topicId, index) === arn);
      if (found === undefined) continue;
      const { protocol, endpoint, isPending = false, filterPolicy } = found;
      const attributes = {
        Protocol: protocol,
        Endpoint: endpoint,
        PendingConfirmation: String(isPending),
        ...(filterPolicy && { FilterPolicy: filterPolicy }),
      };
      return `<Attributes>${Object.entries(attributes)
        .map(([key, value]) => `<entry>${xml({ key, value })}</entry>`)
        .join('')}</Attributes>`;
    }
    throw new AwsError('NotFound', 'Subscription does not exist', 404);
  }

  private describeAlarm(AlarmName: string): object {
    const topic = this.state.alarmTopicArn ?? this.stack.valueOf(this.topicIdOf('Alarms'));
    return {
      AlarmName,
      StateValue: 'OK',
      ActionsEnabled: true,
      AlarmActions: [topic],
      ...this.state.alarms[AlarmName],
    };
  }

  /** Logical ids begin so: `Alarms` or `Notifications`. */
  topicIdOf(part: 'Alarms' | 'Notifications'): string {
    return this.stack.idsOf('AWS::SNS::Topic').find((id) => id.startsWith(`Monitor${part}`)) ?? '';
  }
}

function readCall({ headers, url = '', method }: IncomingMessage): string {
  if (url.endsWith('/url')) return 'GetFunctionUrlConfig';
  if (url.endsWith('/configuration')) return 'GetFunctionConfiguration';
  if (url.endsWith('/invocations')) return 'Invoke';
  if (url.endsWith('/concurrency') && method === 'GET') return 'GetFunctionConcurrency';
  if (url.includes('/account-settings')) return 'GetAccountSettings';
  return String(headers['x-amz-target']).split('.').at(-1) ?? '';
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function parse(body: string): Input {
  return body === '' ? {} : (JSON.parse(body) as Input);
}

function send(response: ServerResponse, status: number, call: string, answer: Answer): void {
  const isXml = typeof answer === 'string';
  if (!isXml && 'errorMessage' in answer) response.setHeader('x-amz-function-error', 'Unhandled');
  response.writeHead(status, { 'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.0' });
  const asXml = `<${call}Response><${call}Result>${answer}</${call}Result></${call}Response>`;
  response.end(isXml ? asXml : JSON.stringify(answer));
}
