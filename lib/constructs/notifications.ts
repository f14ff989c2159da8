import { Annotations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { OUTCOMES } from '../contract/outcomes';
import type { NotifyOn } from './deployment-monitor-props';

export interface NotificationsProps {
  /** @default - a new topic */
  readonly topic?: ITopic | undefined;
  readonly encryptionKey?: IKey | undefined;
  readonly emails: readonly string[];
  readonly notifyOn: NotifyOn;
  readonly deadLetterQueue: IQueue;
}

/** The topic that the watches publish to, and its e-mail subscriptions. */
export class Notifications extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    this.topic = props.topic ?? this.createTopic(props.encryptionKey);
    this.subscribe(props);
  }

  private createTopic(encryptionKey: IKey | undefined): Topic {
    return new Topic(this, 'Topic', {
      displayName: 'Flightwatch',
      enforceSSL: true,
      ...(encryptionKey && { masterKey: encryptionKey }),
    });
  }

  private subscribe({ emails, notifyOn, deadLetterQueue }: NotificationsProps): void {
    const problems = OUTCOMES.filter((outcome) => outcome !== 'SUCCEEDED');
    const filterPolicy = { outcome: SubscriptionFilter.stringFilter({ allowlist: problems }) };
    for (const address of emails) {
      const subscription = { deadLetterQueue, ...(notifyOn === 'problems' && { filterPolicy }) };
      this.topic.addSubscription(new EmailSubscription(address, subscription));
    }
    if (emails.length === 0) return;
    Annotations.of(this).addInfo(
      `Each of the ${emails.length} e-mail addresses must confirm its subscription within 48 hours.`,
    );
  }
}
