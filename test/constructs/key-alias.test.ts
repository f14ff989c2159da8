import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { KMS_APPLY_IMPORTED_ALIAS_PERMISSIONS_TO_PRINCIPAL } from 'aws-cdk-lib/cx-api';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';

const HERE = { account: '123456789012', region: 'eu-west-1' };
const ALIAS_ARN = 'arn:aws:kms:eu-west-1:123456789012:alias/flightwatch';
const THE_KEY = 'expected the key: Key.fromLookup(...) or Key.fromKeyArn(...)';

function synthesise(props: (stack: Stack) => DeploymentMonitorProps, context = {}): Template {
  const stack = new Stack(new App({ context }), 'Test', { env: HERE });
  new DeploymentMonitor(stack, 'Monitor', { githubWebhook: true, ...props(stack) });
  return Template.fromStack(stack);
}

const byName = (stack: Stack, aliasName = 'alias/flightwatch') => Alias.fromAliasName(stack, 'Alias', aliasName);
const byArn = (stack: Stack) => Key.fromKeyArn(stack, 'Alias', ALIAS_ARN);
const made = (stack: Stack) => new Alias(stack, 'Alias', { aliasName: 'alias/x', targetKey: new Key(stack, 'Key') });

// CDK's own types do not hold exactOptionalPropertyTypes, hence the `as`.
function secretWith(stack: Stack, encryptionKey: IKey): ISecret {
  return new Secret(stack, 'Secret', { encryptionKey }) as ISecret;
}

function topicWith(stack: Stack, masterKey: IKey): ITopic {
  return new Topic(stack, 'Topic', { masterKey }) as ITopic;
}

describe('an alias whose key is unknown is refused, because a policy that names it allows nothing', () => {
  const importedTopic = (stack: Stack) =>
    Topic.fromTopicAttributes(stack, 'Topic', {
      topicArn: 'arn:aws:sns:eu-west-1:123456789012:deployments',
      keyArn: ALIAS_ARN,
    });

  test.each<[string, string, (stack: Stack) => DeploymentMonitorProps]>([
    ['encryptionKey', 'an alias', (stack) => ({ encryptionKey: byName(stack) })],
    ['encryptionKey', 'an alias', (stack) => ({ encryptionKey: byName(stack, 'alias/aws/sns') })],
    ['encryptionKey', 'an alias', (stack) => ({ encryptionKey: byArn(stack) })],
    ['secret', 'a secret whose encryptionKey is an alias', (stack) => ({ secret: secretWith(stack, byName(stack)) })],
    ['secret', 'a secret whose encryptionKey is an alias', (stack) => ({ secret: secretWith(stack, byArn(stack)) })],
    ['topic', 'a topic whose key is an alias', (stack) => ({ topic: topicWith(stack, byName(stack)) })],
    ['topic', 'a topic whose key is an alias', (stack) => ({ topic: importedTopic(stack) })],
  ])('%s: %s', (prop, received, props) => {
    expect(() => synthesise(props)).toThrow(`Test/Monitor.${prop}: got ${received}, ${THE_KEY}.`);
  });
});

describe('is taken', () => {
  /** What the policies of the roles say about keys. */
  function keysIn(template: Template): string {
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    const statements = policies.flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as { Action: unknown }[],
    );
    return JSON.stringify(statements.filter(({ Action }) => JSON.stringify(Action).includes('kms:')));
  }

  test.each<[string, (stack: Stack) => DeploymentMonitorProps]>([
    ['encryptionKey', (stack) => ({ encryptionKey: made(stack) })],
    ['secret', (stack) => ({ secret: secretWith(stack, made(stack)) })],
    ['topic', (stack) => ({ topic: topicWith(stack, made(stack)) })],
  ])('an alias of the app for %s: policies name its key', (_prop, props) => {
    const keys = keysIn(synthesise(props));

    expect(keys).toMatch(/"Resource":\{"Fn::GetAtt":\["Key\w+","Arn"\]\}/);
    expect(keys).not.toContain('alias/');
  });

  test('the key of AWS for a topic and a secret, which needs no permission', () => {
    const aws = (stack: Stack, service: string) => Alias.fromAliasName(stack, service, `alias/aws/${service}`);

    const keys = keysIn(
      synthesise((stack) => ({
        topic: topicWith(stack, aws(stack, 'sns')),
        secret: secretWith(stack, aws(stack, 'secretsmanager')),
      })),
    );

    expect(keys).toBe('[]');
  });

  test('an alias for a topic where the app lets the CDK grant keys by their aliases', () => {
    const context = { [KMS_APPLY_IMPORTED_ALIAS_PERMISSIONS_TO_PRINCIPAL]: true };

    const keys = keysIn(synthesise((stack) => ({ topic: topicWith(stack, byName(stack)) }), context));

    expect(keys).toContain('"kms:ResourceAliases":"alias/flightwatch"');
  });
});
