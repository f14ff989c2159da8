import { Annotations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Trend } from '../contract/history';
import { OUTCOMES } from '../contract/outcomes';
import type { NotifyOn } from './deployment-monitor-props';
import { subscribeEmails } from './email-subscriptions';

const PROBLEMS = OUTCOMES.filter((outcome) => outcome !== 'SUCCEEDED');
const RECOVERED: Trend = 'recovered';

/** A success without a trend may be the one that ends problems. Source: SNS docs, Filter policies, OR operator. */
const CHANGES = [{ outcome: PROBLEMS }, { trend: [RECOVERED] }, { trend: [{ exists: false }] }];

/** CDK has no name for `$or`; it writes the conditions of any key as they are. */
const FILTER_POLICIES: Readonly<Record<NotifyOn, Record<string, SubscriptionFilter> | undefined>> = {
  all: undefined,
  problems: { outcome: new SubscriptionFilter(PROBLEMS) },
  changes: { $or: new SubscriptionFilter(CHANGES) },
};

export interface NotificationsProps {
  /** @default - a new topic */
  readonly topic?: ITopic | undefined;
  readonly encryptionKey?: IKey | undefined;
  readonly notifyEmails: readonly string[];
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

  private subscribe({ notifyEmails, notifyOn, deadLetterQueue }: NotificationsProps): void {
    subscribeEmails(this, {
      topic: this.topic,
      emails: notifyEmails,
      filterPolicy: FILTER_POLICIES[notifyOn],
      deadLetterQueue,
    });
    if (notifyEmails.length === 0) return;
    Annotations.of(this).addInfo('Each e-mail address must confirm its subscription within 48 hours.');
  }
}
