import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { DeploymentMonitor } from 'flightwatch';

export interface DeploymentsStackProps extends StackProps {
  /** The key that encrypts the topics and the secret. It also encrypts the history of Flightwatch. */
  readonly keyArn: string;
  readonly topicArn: string;
  readonly alarmTopicArn: string;
  /** Holds the Flightcontrol API key. The complete ARN, with the six characters that Secrets Manager adds to the name. */
  readonly secretArn: string;
  readonly eventBusArn: string;
}

/** Flightwatch with a topic, a secret, a key and an event bus that it did not create. */
export class DeploymentsStack extends Stack {
  constructor(scope: Construct, id: string, props: DeploymentsStackProps) {
    const { keyArn, topicArn, alarmTopicArn, secretArn, eventBusArn, ...stackProps } = props;
    super(scope, id, stackProps);

    // An imported topic or secret doesn't know its key, and whoever uses it needs the key too: name it.
    const encryptionKey = Key.fromKeyArn(this, 'Key', keyArn);
    const secret = Secret.fromSecretAttributes(this, 'ApiKey', { secretCompleteArn: secretArn, encryptionKey });
    const topic = Topic.fromTopicAttributes(this, 'Topic', { topicArn, keyArn });
    const alarmTopic = Topic.fromTopicAttributes(this, 'AlarmTopic', { topicArn: alarmTopicArn, keyArn });
    const eventBus = EventBus.fromEventBusArn(this, 'EventBus', eventBusArn);

    const monitor = new DeploymentMonitor(this, 'Flightwatch', {
      topic,
      alarmTopic,
      secret,
      encryptionKey,
      eventBus,
      // The subscriptions belong to this stack.
      notifyEmails: ['you@example.com'],
      alarmEmails: ['you@example.com'],
    });

    // The warning says that the key must let CloudWatch in. The key of the platform does.
    Annotations.of(monitor).acknowledgeWarning('flightwatch:alarmKey');
    new CfnOutput(this, 'StateMachineArn', { value: monitor.stateMachine.stateMachineArn });
  }
}
