import type { Resource, Template } from '../lib/local/template';
import { HOURS_PER_MONTH, PRICES } from './prices';

/** A part of the bill of a month. */
export interface Item {
  readonly what: string;
  readonly dollars: number;
}

/** What these cost depends on use, or they cost nothing. */
const FREE_WHILE_UNUSED = new Set([
  'AWS::CDK::Metadata',
  'AWS::Chatbot::SlackChannelConfiguration',
  'AWS::DynamoDB::Table',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Url',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::StepFunctions::StateMachine',
]);

/** Assumed of the hourly sweep, which mostly finds nothing to do: it starts anew each time. */
const SWEEP_SECONDS = 1;
const SWEEP_LOG_BYTES = 2000;

/** What a stack costs in a month in which nothing is deployed. @throws Error if a resource's price is not known */
export function fixedItems({ Resources }: Template): Item[] {
  const all = Object.values(Resources);
  const [secrets, dashboards, keys] = ['SecretsManager::Secret', 'CloudWatch::Dashboard', 'KMS::Key'].map((type) =>
    ofType(all, type),
  );
  const alarms = ofType(all, 'CloudWatch::Alarm');
  const rules = ofType(all, 'Events::Rule');
  const priced = [secrets, dashboards, keys, alarms, rules].flat();
  const unknown = all.filter((resource) => !priced.includes(resource) && !FREE_WHILE_UNUSED.has(resource.Type));
  if (unknown.length > 0) throw new Error(`What does it cost? ${unknown.map(({ Type }) => Type).join(', ')}`);
  return [
    item('secrets', secrets, PRICES.secret),
    item('alarms', alarms.flatMap(metricsOf), PRICES.alarm),
    item('dashboards', dashboards, PRICES.dashboard),
    item('keys', keys, PRICES.key),
    item('hourly sweeps', rules.filter(isHourly), HOURS_PER_MONTH * dollarsOfSweep()),
  ].flat();
}

export function sum(items: readonly Item[]): number {
  return items.reduce((total, { dollars }) => total + dollars, 0);
}

function ofType(resources: readonly Resource[], type: string): Resource[] {
  return resources.filter(({ Type }) => Type === `AWS::${type}`);
}

function item(what: string, parts: readonly unknown[] = [], dollars: number): Item[] {
  return parts.length === 0 ? [] : [{ what: `${what}: ${parts.length}`, dollars: parts.length * dollars }];
}

/** An alarm costs by the metrics in it. Source: CloudWatch pricing. */
function metricsOf({ Properties }: Resource): readonly unknown[] {
  const queries = Properties.Metrics as readonly { readonly MetricStat?: unknown }[] | undefined;
  return queries === undefined ? [Properties] : queries.filter(({ MetricStat }) => MetricStat !== undefined);
}

function isHourly({ Properties }: Resource): boolean {
  const { ScheduleExpression } = Properties;
  if (ScheduleExpression === undefined) return false;
  if (ScheduleExpression !== 'rate(1 hour)') throw new Error(`What does it cost? ${ScheduleExpression}`);
  return true;
}

function dollarsOfSweep(): number {
  return (
    SWEEP_SECONDS * 0.125 * PRICES.gigabyteSecond +
    PRICES.request +
    PRICES.trace +
    (SWEEP_LOG_BYTES / 1e9) * PRICES.logGigabyte
  );
}
