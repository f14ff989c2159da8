import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { App, type CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { findResources, type StackResource } from '../../lib/aws/stack-resources';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import { AwsServer } from '../support/aws-server';

/** Every part that a monitor can have. */
const PROPS = { githubWebhook: true, githubEvents: true, dashboard: true, notifyEmails: ['ada@example.com'] };

let aws: AwsServer;
let client: CloudFormationClient;
let expected: readonly string[];

beforeAll(async () => {
  aws = await AwsServer.start();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'CANARY_of_aws' };
  client = new CloudFormationClient({ endpoint: aws.url, region: 'us-east-1', credentials });
  expected = await placesOf(monitorIn(new Stack(new App(), 'Stack'), 'Monitor'));
});
afterAll(() => aws.close());

function typesIn(stack: Stack): [id: string, type: string][] {
  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, { Type: string }> };
  return Object.entries(Resources).map(([id, { Type }]) => [id, Type]);
}

/** In place of a physical id, each resource has its logical id. */
function deploy(stack: Stack): void {
  const resources = typesIn(stack).map(([id]) => id);
  const details = typesIn(stack).map(([id, type]) => [id, { id, type }]);
  aws.cloudFormation.stacks = { Own: { resources, outputs: {}, details: Object.fromEntries(details) } };
}

async function resourcesOf({ stateMachine }: DeploymentMonitor): Promise<readonly StackResource[]> {
  const stack = Stack.of(stateMachine);
  deploy(stack);
  const { logicalId } = stateMachine.node.defaultChild as CfnResource;
  return (await findResources(client, stack.resolve(logicalId)))?.resources ?? [];
}

async function placesOf(monitor: DeploymentMonitor): Promise<string[]> {
  return (await resourcesOf(monitor)).map(({ type, place }) => `${type} ${place}`);
}

function monitorIn(scope: Construct, id: string): DeploymentMonitor {
  return new DeploymentMonitor(scope, id, PROPS);
}

test('every resource of the monitor has its place', async () => {
  const stack = new Stack(new App(), 'Stack');

  const places = await placesOf(monitorIn(stack, 'Monitor'));

  expect(places).toHaveLength(typesIn(stack).length);
  expect(places).toEqual(
    expect.arrayContaining([
      'AWS::Lambda::Function GitHubWebhookReceiver',
      'AWS::SecretsManager::Secret GitHubWebhookSecret',
      'AWS::StepFunctions::StateMachine WatchdogReport',
    ]),
  );
});

/** Without those that have the whole path once more, or a hash of it, in the middle. */
function comparable(places: readonly string[]): string[] {
  return places.filter((place) => !/^AWS::Lambda::(Permission|Version) /.test(place));
}

test.each(['DeploymentWatch', 'Watch', 'Notifications', 'GitHubWebhook', 'ApiKey', 'DeadLetters', 'Default'])(
  'the places are the same in a monitor called %s',
  async (id) => {
    const places = await placesOf(monitorIn(new Stack(new App(), 'Stack'), id));

    expect(comparable(places)).toEqual(comparable(expected));
  },
);

test('in a monitor called MyAlarms, only some of the alarms have another place', async () => {
  const places = await placesOf(monitorIn(new Stack(new App(), 'Stack'), 'MyAlarms'));

  const others = comparable(places).filter((place) => !expected.includes(place));
  expect(others.filter((place) => !place.startsWith('AWS::CloudWatch::Alarm '))).toEqual([]);
  expect(places).toHaveLength(expected.length);
});

test('the places are the same in a nested stack, below another construct', async () => {
  const nested = new NestedStack(new Stack(new App(), 'Stack'), 'Nested');

  const places = await placesOf(monitorIn(new Construct(nested, 'Operations'), 'Monitor'));

  expect(comparable(places)).toEqual(comparable(expected));
});

test('of two monitors in a stack, each has its own resources', async () => {
  const stack = new Stack(new App(), 'Stack');
  const [acme, globex] = ['Acme', 'Globex'].map(
    (id) => new DeploymentMonitor(stack, id, { ...PROPS, stateMachineName: id, eventSource: id, githubEvents: false }),
  ) as [DeploymentMonitor, DeploymentMonitor];

  const ofAcme = await resourcesOf(acme);
  const ofGlobex = await resourcesOf(globex);

  expect(ofAcme.filter(({ physicalId }) => !physicalId.startsWith('Acme'))).toEqual([]);
  expect(ofGlobex.filter(({ physicalId }) => !physicalId.startsWith('Globex'))).toEqual([]);
  expect(ofAcme.length + ofGlobex.length).toBe(typesIn(stack).length);
});

test('two monitors whose resources cannot be told apart have none', async () => {
  const stack = new Stack(new App(), 'Stack');
  const monitor = new DeploymentMonitor(stack, 'Acme', { stateMachineName: 'acme' });
  new DeploymentMonitor(stack, 'AcmeWatch', { stateMachineName: 'acme-watch' });

  expect(await placesOf(monitor)).toEqual([]);
});

test('a state machine whose logical id is overridden leads to no resources', async () => {
  const monitor = monitorIn(new Stack(new App(), 'Stack'), 'Monitor');
  (monitor.stateMachine.node.defaultChild as CfnResource).overrideLogicalId('MyMachine');

  expect(await placesOf(monitor)).toEqual([]);
});
