import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** What exists before Flightwatch does, with everything that its policies need. */
export class PlatformStack extends Stack {
  readonly key: Key;
  readonly topic: Topic;
  readonly alarmTopic: Topic;
  readonly secret: Secret;
  readonly eventBus: EventBus;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // As the CDK makes it, the policy of the key lets IAM policies of this account decide. So the roles of Flightwatch
    // need no statement here.
    this.key = new Key(this, 'Key', { alias: 'platform', enableKeyRotation: true });
    this.topic = new Topic(this, 'Notifications', { masterKey: this.key, enforceSSL: true });
    this.alarmTopic = new Topic(this, 'Alarms', { masterKey: this.key, enforceSSL: true });
    // Random letters and digits until the API key is stored.
    this.secret = new Secret(this, 'FlightcontrolApiKey', {
      encryptionKey: this.key,
      generateSecretString: { excludePunctuation: true },
    });
    this.eventBus = new EventBus(this, 'EventBus', { eventBusName: 'platform' });

    // CloudWatch has no role whose policy could allow it: the topic of the alarms and its key have to let it in.
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com').withConditions({
      StringEquals: { 'aws:SourceAccount': this.account },
    });
    this.alarmTopic.grantPublish(cloudWatch);
  }
}
