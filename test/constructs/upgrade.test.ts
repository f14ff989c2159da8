import { App, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';
import { FlightwatchStack } from '../../lib/constructs/flightwatch-stack';
import { readSettings } from '../../lib/constructs/settings';
import { STATES } from '../../lib/contract/states';
import { readDefinition } from '../../lib/local/definition';
import { resolveText, type Template as TemplateJson } from '../../lib/local/template';

function synthesise(props: DeploymentMonitorProps): TemplateJson {
  const stack = new Stack(new App(), 'Test');
  new DeploymentMonitor(stack, 'Monitor', props);
  return Template.fromStack(stack).toJSON() as TemplateJson;
}

/** The poll function's version that the definition invokes, by logical id. */
function invokedVersion(template: TemplateJson): string {
  const { States } = readDefinition(template) as unknown as { States: Record<string, { Resource: string }> };
  return States[STATES.poll]?.Resource.split(':').at(-1) ?? '';
}

const before = synthesise({ timeout: Duration.hours(2) });
/** The environment is part of a version: changing it is what a change of the code would do. */
const after = synthesise({ timeout: Duration.minutes(5), apiBaseUrl: 'https://flightcontrol.example.com/api' });

test('a definition invokes a version of the function that later deployments keep', () => {
  for (const template of [before, after]) {
    expect(template.Resources[invokedVersion(template)]).toMatchObject({
      Type: 'AWS::Lambda::Version',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  }
  expect(invokedVersion(after)).not.toBe(invokedVersion(before));
});

test('after an upgrade, the state machine may still invoke the version that running watches started with', () => {
  const functionOf = (template: TemplateJson) =>
    resolveText(template.Resources[invokedVersion(template)]?.Properties.FunctionName, (logicalId) => logicalId);
  const statements = Object.entries(after.Resources)
    .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.includes('WatchStateMachineRole'))
    .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
  const invocable = statements
    .filter(({ Action }) => Action === 'lambda:InvokeFunction')
    .flatMap(({ Resource }) => Resource);

  expect(functionOf(after)).toBe(functionOf(before));
  expect(invocable).toContainEqual({ 'Fn::Join': ['', [{ 'Fn::GetAtt': [functionOf(before), 'Arn'] }, ':*']] });
});

interface Statement {
  readonly Action: unknown;
  readonly Resource: unknown;
}

test.each([STATES.poll, STATES.explainFailure])(
  '%s gets the time limit and the pacing from its own definition',
  (name) => {
    const settingsIn = (template: TemplateJson) => {
      const { States } = readDefinition(template) as unknown as { States: Record<string, { Parameters: object }> };
      return States[name]?.Parameters as { settings: object };
    };

    expect(settingsIn(before)).toMatchObject({ settings: { timeoutMinutes: 120, pacing: { lingerSeconds: 120 } } });
    expect(settingsIn(after)).toMatchObject({ settings: { timeoutMinutes: 5 } });
  },
);

/** A resource whose path changes is replaced: with what it holds, and with what subscribers and scripts know of it. */
describe('a later version, or another option, replaces nothing that was deployed', () => {
  const STATEFUL = /^AWS::(SNS::Topic|SecretsManager::Secret|DynamoDB::Table|SQS::Queue|StepFunctions::StateMachine)$/;

  function pathsOf(app: App, scope: Stack): string[] {
    app.synth();
    const resources = scope.node.findAll().filter(CfnResource.isCfnResource);
    return resources
      .filter(({ cfnResourceType }) => STATEFUL.test(cfnResourceType))
      .map(({ node }) => node.path)
      .toSorted();
  }

  test('the resources of the stack stand where the first version put them', () => {
    const app = new App({ context: { flightwatch: { githubWebhook: true } } });

    expect(pathsOf(app, new FlightwatchStack(app, 'Flightwatch', readSettings(app.node)))).toEqual([
      'Flightwatch/Monitor/Alarms/Topic/Resource',
      'Flightwatch/Monitor/ApiKey/Resource',
      'Flightwatch/Monitor/DeadLetters/Resource',
      'Flightwatch/Monitor/GitHubWebhook/FloodProtection/StateMachine/Resource',
      'Flightwatch/Monitor/GitHubWebhook/Secret/Resource',
      'Flightwatch/Monitor/History/Table/Resource',
      'Flightwatch/Monitor/Notifications/Topic/Resource',
      'Flightwatch/Monitor/Watch/StateMachine/Resource',
      'Flightwatch/Monitor/Watchdog/Report/Resource',
    ]);
  });

  /** All but those of versions, each of which is made for one state of the function. */
  const logicalIds = (props: DeploymentMonitorProps) => {
    const resources = Object.entries(synthesise(props).Resources);
    return resources.filter(([, { Type }]) => Type !== 'AWS::Lambda::Version').map(([id]) => id);
  };

  test.each<DeploymentMonitorProps>([
    { dashboard: true },
    { removalPolicy: RemovalPolicy.RETAIN },
    { logRetention: RetentionDays.ONE_WEEK },
  ])('%j', (props) => {
    expect(logicalIds(props)).toEqual(expect.arrayContaining(logicalIds({})));
  });

  test.each<DeploymentMonitorProps>([{ alarms: false }, { history: false }])('%j only takes away', (props) => {
    expect(logicalIds({})).toEqual(expect.arrayContaining(logicalIds(props)));
  });
});
