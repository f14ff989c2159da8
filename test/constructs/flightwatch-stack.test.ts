import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { FlightwatchStack } from '../../lib/constructs/flightwatch-stack';
import { readSettings } from '../../lib/constructs/settings';
import { STATES } from '../../lib/contract/states';
import { readDefinition } from '../../lib/local/definition';
import type { Template as TemplateJson } from '../../lib/local/template';

interface State {
  readonly Parameters: { readonly settings: object };
}

function synthesise(flightwatch: object = {}) {
  const app = new App({ context: { flightwatch } });
  const settings = readSettings(app.node);
  return new FlightwatchStack(app, settings.stackName, settings);
}

test('has the outputs that users and the command line look for', () => {
  const outputs = Template.fromStack(synthesise()).findOutputs('*');

  expect(Object.keys(outputs)).toEqual([
    'StateMachineArn',
    'NotificationTopicArn',
    'ApiKeySecretArn',
    'AlarmTopicArn',
    'DeadLetterQueueUrl',
    'HistoryTableName',
  ]);
});

test('the settings reach the function and the state machine', () => {
  const template = Template.fromStack(
    synthesise({
      api: 'v1',
      apiBaseUrl: 'https://flightcontrol.example.com/v1',
      timeoutMinutes: 30,
      pacing: { buildingSeconds: 40 },
      stateMachineName: 'watch-production',
    }),
  );

  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: {
        FLIGHTCONTROL_API: 'v1',
        FLIGHTCONTROL_API_BASE_URL: 'https://flightcontrol.example.com/v1',
      },
    },
  });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'watch-production' });
  const { States } = readDefinition(template.toJSON() as TemplateJson) as unknown as { States: Record<string, State> };
  expect(States[STATES.poll]?.Parameters.settings).toMatchObject({
    timeoutMinutes: 30,
    pacing: { buildingSeconds: 40, deployingSeconds: 5 },
  });
});

test('announcements are expected on the default bus, or on another one and from another source', () => {
  const rulesOf = (settings: object) => {
    const rules = Object.values(Template.fromStack(synthesise(settings)).findResources('AWS::Events::Rule'));
    return rules.map(({ Properties }) => [Properties.EventBusName, Properties.EventPattern?.source]);
  };

  expect(rulesOf({})).toContainEqual([undefined, ['flightcontrol']]);
  expect(rulesOf({ eventBusName: 'default', eventSource: 'a.b' })).toContainEqual([undefined, ['a.b']]);
  const custom = rulesOf({ eventBusName: 'deployments' });
  // AWS's own events arrive on the default bus only.
  expect(custom.filter(([bus]) => bus !== undefined)).toEqual([
    ['deployments', ['flightcontrol']],
    ['deployments', ['flightwatch']],
  ]);
});

test('an existing secret is used, and none is made', () => {
  const apiKeySecretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:flightcontrol-AbCdEf';
  const template = Template.fromStack(synthesise({ apiKeySecretArn }));

  template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: Match.arrayWith(['secretsmanager:GetSecretValue']), Resource: apiKeySecretArn }),
      ]),
    },
  });
});
