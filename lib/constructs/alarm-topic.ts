import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { subscribeEmails } from './email-subscriptions';
import { warn } from './warn';

export interface AlarmTopicProps {
  /** @default - a new topic */
  readonly alarmTopic?: ITopic | undefined;
  /** Encrypts the new topic. @default - a key owned by AWS */
  readonly encryptionKey?: IKey | undefined;
  readonly emails: readonly string[];
  readonly deadLetterQueue: IQueue;
}

/** A topic that CloudWatch may publish to, with its e-mail subscriptions. */
export function prepareAlarmTopic(scope: Construct, props: AlarmTopicProps): ITopic {
  const { alarmTopic, emails, deadLetterQueue } = props;
  const topic = alarmTopic ?? createTopic(scope, props.encryptionKey);
  allowCloudWatch(scope, topic);
  subscribeEmails(scope, { topic, emails, deadLetterQueue });
  return topic;
}

function createTopic(scope: Construct, encryptionKey: IKey | undefined): ITopic {
  // CDK's own types do not hold exactOptionalPropertyTypes, hence the `as`.
  return new Topic(scope, 'Topic', {
    displayName: 'Flightwatch alarms',
    enforceSSL: true,
    ...(encryptionKey && { masterKey: encryptionKey }),
  }) as ITopic;
}

/** Any policy replaces SNS's default policy, which allows CloudWatch to publish. */
function allowCloudWatch(scope: Construct, topic: ITopic): void {
  const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
  topic.addToResourcePolicy(
    new PolicyStatement({ principals: [cloudWatch], actions: ['sns:Publish'], resources: [topic.topicArn] }),
  );
  const useOfKey = topic.masterKey?.addToResourcePolicy(
    new PolicyStatement({
      principals: [cloudWatch],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
    // The policy of an imported key cannot be changed from here.
    true,
  );
  if (useOfKey?.statementAdded !== false) return;
  warn(
    scope,
    'alarmKey',
    'The policy of an imported key cannot be changed from here, so CloudWatch may not be able to publish the alarms. ' +
      'Allow the service cloudwatch.amazonaws.com to use kms:Decrypt and kms:GenerateDataKey* in the policy of the key, ' +
      'then acknowledge this warning; or set alarmTopic to a topic that CloudWatch can publish to.',
  );
}
