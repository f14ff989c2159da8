import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';

function synthesise(props: (stack: Stack) => DeploymentMonitorProps = () => ({})) {
  const stack = new Stack(new App(), 'Test');
  const monitor = new DeploymentMonitor(stack, 'Monitor', props(stack));
  return { monitor, template: Template.fromStack(stack) };
}

function actionsOf(template: Template, role: string, service: string): string[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes(role))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as { Action: string | string[] }[])
    .flatMap(({ Action }) => Action)
    .filter((action) => action.startsWith(`${service}:`))
    .sort();
}

describe('the history table', () => {
  const { monitor, template } = synthesise();

  test('is paid by the request, forgets by itself, has no name of its own, and goes with the stack', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        TableName: Match.absent(),
      },
      DeletionPolicy: 'Delete',
    });
    expect(monitor.historyTable).toBeDefined();
  });

  test('is read by watches, and written by one function', () => {
    expect(actionsOf(template, 'PollDeployment', 'dynamodb')).toEqual(['dynamodb:Query']);
    expect(actionsOf(template, 'RecordOutcome', 'dynamodb')).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
    ]);
    expect(actionsOf(template, '', 'dynamodb')).toHaveLength(4);
  });

  test("is encrypted with the customer's key where there is one, which its users may use", () => {
    const encrypted = synthesise((stack) => ({ encryptionKey: new Key(stack, 'Key') })).template;

    encrypted.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: Match.anyValue() },
    });
    expect(actionsOf(encrypted, 'PollDeployment', 'kms')).toEqual(expect.arrayContaining(['kms:Decrypt']));
    expect(actionsOf(encrypted, 'RecordOutcome', 'kms')).toEqual(
      expect.arrayContaining(['kms:Decrypt', 'kms:Encrypt']),
    );
  });
});

test('without history there is no table, and nobody may read or write one', () => {
  const { monitor, template } = synthesise(() => ({ history: false }));

  template.resourceCountIs('AWS::DynamoDB::Table', 0);
  expect(actionsOf(template, '', 'dynamodb')).toEqual([]);
  expect(JSON.stringify(template.findResources('AWS::Lambda::Function'))).not.toContain('HISTORY_TABLE_NAME');
  expect(monitor.historyTable).toBeUndefined();
});

test('events of a finished deployment are taken from these watches only', () => {
  synthesise(() => ({ stateMachineName: 'watch-production' })).template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['flightwatch'],
      'detail-type': ['Deployment Finished'],
      detail: { executionArn: [{ prefix: { 'Fn::Join': ['', Match.arrayWith([':execution:'])] } }] },
    },
  });
});
