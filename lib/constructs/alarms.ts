import { Duration } from 'aws-cdk-lib';
import { type Alarm, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { METRICS } from '../contract/metrics';
import { type AlarmTopicProps, prepareAlarmTopic } from './alarm-topic';
import { createEventAlarm, createWebhookAlarms } from './github-alarms';
import { countOf, type MeasuredWatches } from './monitor-metrics';
import { FIVE_MINUTES, RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm';

export interface AlarmsProps extends AlarmTopicProps {
  readonly stateMachine: StateMachine;
  readonly pollFunction: IFunction;
  /** The topic of the notifications. */
  readonly topic: ITopic;
  /** @default - there is none */
  readonly webhookReceiver?: IFunction | undefined;
  /** Whether GitHub announces deployments, in whichever way. */
  readonly gitHub: boolean;
}

/** What an alarm says. */
type AlarmText = Pick<RunbookAlarmProps, 'heading' | 'meaning'>;

const SUM = { statistic: Stats.SUM, period: FIVE_MINUTES };

/** Alarms for what notifications cannot report, on a topic of their own. Each alarm has an entry in the runbook. */
export class Alarms extends Construct {
  readonly topic: ITopic;
  readonly alarms: readonly Alarm[];
  /** Goes off while the webhook receiver, if there is one, is flooded. */
  readonly webhookFlooded: Alarm | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { webhookReceiver, gitHub, stateMachine } = props;
    const watches = { scope: this, service: stateMachine.stateMachineName };
    this.topic = prepareAlarmTopic(this, props);
    const ofWatches = this.createAlarms(props, watches);
    const ofWebhook = webhookReceiver && createWebhookAlarms(this, webhookReceiver);
    const ofEvents = gitHub ? [createEventAlarm(this, countOf(watches, METRICS.gitHubEventsWithoutId))] : [];
    this.alarms = [...ofWatches, ...(ofWebhook?.all ?? []), ...ofEvents];
    this.webhookFlooded = ofWebhook?.flooded;
    for (const alarm of this.alarms) alarm.addAlarmAction(new SnsAction(this.topic));
  }

  private createAlarms(
    { stateMachine, pollFunction, topic, deadLetterQueue }: AlarmsProps,
    watches: MeasuredWatches,
  ): Alarm[] {
    return [
      this.alarm('NotificationNotPublished', countOf(watches, METRICS.notificationsFailed), 1, {
        heading: 'Notification not published',
        meaning: 'A notification could not be published: nobody was told how a deployment ended.',
      }),
      this.alarm('NotificationNotDelivered', failedDeliveries(topic), 1, {
        heading: 'Notification not delivered',
        meaning: 'SNS could not deliver a notification to a subscriber.',
      }),
      this.alarm('WatchesFail', countOf(watches, METRICS.watchesFailed, { period: Duration.hours(1) }), 3, {
        heading: 'Watches fail',
        meaning: 'Three or more watches within an hour could not find out how their deployments ended.',
      }),
      this.alarm(
        'DeadLetters',
        deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
        1,
        {
          heading: 'Dead letters',
          meaning: 'An event or a notification could not be delivered after all retries.',
        },
      ),
      this.alarm('PollThrottled', pollFunction.metricThrottles(SUM), 10, {
        heading: 'Throttling',
        meaning: 'Lambda throttles the poll function: notifications are delayed.',
      }),
      this.alarm('ExecutionThrottled', stateMachine.metricThrottled(SUM), 10, {
        heading: 'Throttling',
        meaning: 'Step Functions throttles state transitions: notifications are delayed.',
      }),
    ];
  }

  private alarm(id: string, metric: IMetric, threshold: number, text: AlarmText): Alarm {
    return new RunbookAlarm(this, id, { metric, threshold, ...text });
  }
}

function failedDeliveries(topic: ITopic): IMetric {
  return topic.metricNumberOfNotificationsFailed(SUM);
}
