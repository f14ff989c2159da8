import { Duration } from 'aws-cdk-lib';
import { type Alarm, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { FIVE_MINUTES, RunbookAlarm } from './runbook-alarm';

/** Far more than one organisation's deployments bring about. */
const FLOOD_PER_MINUTE = 3000;

/** How long the receiver stays closed after a flood. */
const CLOSED_MINUTES = 60;

const SUM = { statistic: Stats.SUM, period: FIVE_MINUTES };
const ALARM = 'Flightcontrol deployments may go unwatched.';

export interface WebhookAlarms {
  readonly flooded: Alarm;
  readonly all: readonly Alarm[];
}

/** Alarms of the webhook receiver: GitHub does not repeat a delivery that failed. */
export function createWebhookAlarms(scope: Construct, receiver: IFunction): WebhookAlarms {
  const fails = new RunbookAlarm(scope, 'WebhookFails', {
    metric: receiver.metric('Url5xxCount', SUM),
    threshold: 1,
    heading: 'Webhook fails',
    meaning: `The webhook receiver could not process a delivery of GitHub: ${ALARM}`,
  });
  const throttled = new RunbookAlarm(scope, 'WebhookThrottled', {
    metric: receiver.metricThrottles(SUM),
    threshold: 1,
    heading: 'Webhook throttled',
    meaning: `Lambda throttles the webhook receiver: ${ALARM}`,
  });
  const flooded = createFloodAlarm(scope, receiver);
  return { flooded, all: [fails, throttled, flooded] };
}

/** The one that the flood protection acts on, which it also does where nobody is told. */
export function createFloodAlarm(scope: Construct, receiver: IFunction): Alarm {
  return new RunbookAlarm(scope, 'WebhookFlooded', {
    metric: receiver.metricInvocations({ statistic: Stats.SUM, period: Duration.minutes(1) }),
    threshold: FLOOD_PER_MINUTE,
    periods: CLOSED_MINUTES,
    heading: 'Webhook flooded',
    meaning: `The webhook receiver got ${FLOOD_PER_MINUTE} requests in a minute and is closed for an hour: ${ALARM}`,
  });
}

/** @param metric how many events bear Flightcontrol's marks, but no id */
export function createEventAlarm(scope: Construct, metric: IMetric): Alarm {
  return new RunbookAlarm(scope, 'GitHubEventsWithoutId', {
    metric,
    threshold: 1,
    heading: 'GitHub events without id',
    meaning: `An event of GitHub is Flightcontrol's, but has no usable deployment id: ${ALARM}`,
  });
}
