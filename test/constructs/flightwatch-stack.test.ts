import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { FlightwatchStack } from '../../lib/constructs/flightwatch-stack';
import { readSettings } from '../../lib/constructs/settings';

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
  ]);
});

test('the settings reach the function', () => {
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
        TIMEOUT_MINUTES: '30',
        PACING: Match.serializedJson(Match.objectLike({ buildingSeconds: 40, deployingSeconds: 5 })),
      },
    },
  });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'watch-production' });
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
