import { type Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { type SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import { API_GENERATIONS } from '../contract/api-generations';
import { PACING_BOUNDS } from '../contract/pacing';
import { MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES } from '../contract/time-limit';
import { kindOf } from '../text';
import { type DeploymentMonitorProps, NOTIFY_ON, type SlackProps } from './deployment-monitor-props';
import { type PacingProps, SETTING_OF_PROP } from './pacing-props';
import {
  API_BASE_URL,
  EMAIL,
  ENVIRONMENT,
  EVENT_SOURCE,
  emails,
  environments,
  expected,
  isRecord,
  LOG_RETENTION_DAYS,
  oneOf,
  SLACK_CHANNEL_ID,
  SLACK_WORKSPACE_ID,
  STATE_MACHINE_NAME,
  TRUE_OR_FALSE,
  type Values,
} from './value-schemas';

/** A token has its value at deployment only. */
function unlessToken<Output>(schema: v.GenericSchema<Output>): v.GenericSchema<Output> {
  return v.lazy((input) => (Token.isUnresolved(input) ? v.any() : schema));
}

/** How many items a list has decides which resources there are. */
function knownList<Output>(schema: v.GenericSchema<Output>): v.GenericSchema<Output> {
  const isUnknown = v.custom<Output>(() => false, 'got a list that is known at deployment only, expected a list');
  return v.lazy((input) => (Token.isUnresolved(input) ? isUnknown : schema));
}

/** What is given in place of a resource is not shown: it could be the key, or a secret's value. */
function resourceWith(property: string, allowed: string) {
  return v.custom<object>(
    (input) => isRecord(input) && property in input && isRecord(input.node) && isRecord(input.env),
    ({ input }) => `got ${kindOf(input)}, expected ${allowed}`,
  );
}

/** A FIFO topic takes no message without a group. */
function topic() {
  const allowed = 'an ITopic, such as Topic.fromTopicArn(...)';
  const isStandard = (input: object) => {
    const { fifo, topicName } = input as { fifo?: unknown; topicName?: unknown };
    return fifo !== true && !String(topicName).endsWith('.fifo');
  };
  return v.pipe(resourceWith('topicArn', allowed), v.check(isStandard, 'got a FIFO topic, expected a standard one'));
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** The CDK may be installed twice, and then `instanceof` tells nothing. */
function isDuration(input: unknown): input is Duration {
  return isRecord(input) && typeof input.toHumanString === 'function' && typeof input.toMilliseconds === 'function';
}

function duration(unit: 'minutes' | 'seconds', { least, most }: Bounds, example: string) {
  const allowed = `a Duration of ${least} to ${most} whole ${unit}, such as ${example}`;
  const milliseconds = unit === 'minutes' ? 60_000 : 1000;
  const isWithin = (value: Duration) => {
    const amount = value.toMilliseconds() / milliseconds;
    return Number.isInteger(amount) && amount >= least && amount <= most;
  };
  return v.pipe(
    v.custom<Duration>(isDuration, expected(allowed)),
    v.check(
      (value) => value.isUnresolved() || isWithin(value),
      ({ input }) => `got ${input.toHumanString()}, expected ${allowed}`,
    ),
  );
}

function pace(prop: keyof PacingProps) {
  return v.optional(duration('seconds', PACING_BOUNDS[SETTING_OF_PROP[prop]], 'Duration.seconds(30)'));
}

function objectOf(schemas: Readonly<Record<string, v.GenericSchema>>) {
  const allowed = expected(`an object with ${Object.keys(schemas).join(', ')}`);
  return v.pipe(v.custom<Values>(isRecord, allowed), v.object(schemas));
}

/** Those that keep data as it is; none of it can have a snapshot. */
const REMOVAL_POLICIES = [
  RemovalPolicy.DESTROY,
  RemovalPolicy.RETAIN,
  RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
] as const;

/** The props under `pacing`. */
export const PACING_PROPS: Record<keyof PacingProps, v.GenericSchema> = {
  pending: pace('pending'),
  preparing: pace('preparing'),
  building: pace('building'),
  deploying: pace('deploying'),
  linger: pace('linger'),
};

/** The props under `slack`. */
export const SLACK_PROPS: Record<keyof SlackProps, v.GenericSchema> = {
  workspaceId: v.optional(unlessToken(SLACK_WORKSPACE_ID)),
  channelId: v.optional(unlessToken(SLACK_CHANNEL_ID)),
};

/** The props under `vpcSubnets`. */
export const SUBNET_PROPS: Record<keyof SubnetSelection, v.GenericSchema> = {
  subnetType: v.optional(v.picklist(Object.values(SubnetType), expected('one of SubnetType'))),
  availabilityZones: v.any(),
  subnetGroupName: v.any(),
  onePerAz: v.optional(TRUE_OR_FALSE),
  subnetFilters: v.any(),
  subnets: v.any(),
};

/** What each prop may be, if it is there. What decides which resources there are cannot be a token. */
export const PROPS: Record<keyof DeploymentMonitorProps, v.GenericSchema> = {
  secret: resourceWith('secretArn', 'an ISecret, such as Secret.fromSecretCompleteArn(...)'),
  topic: topic(),
  encryptionKey: resourceWith('keyArn', 'an IKey, such as Key.fromKeyArn(...)'),
  eventBus: resourceWith('eventBusArn', 'an IEventBus, such as EventBus.fromEventBusName(...)'),
  eventSource: unlessToken(EVENT_SOURCE),
  githubWebhook: TRUE_OR_FALSE,
  githubEvents: TRUE_OR_FALSE,
  environments: knownList(environments(unlessToken(ENVIRONMENT))),
  previewEnvironments: TRUE_OR_FALSE,
  notifyEmails: knownList(emails(unlessToken(EMAIL))),
  notifyOn: oneOf(NOTIFY_ON),
  history: TRUE_OR_FALSE,
  alarms: TRUE_OR_FALSE,
  alarmTopic: topic(),
  alarmEmails: knownList(emails(unlessToken(EMAIL))),
  dashboard: TRUE_OR_FALSE,
  slack: objectOf(SLACK_PROPS),
  api: unlessToken(oneOf(API_GENERATIONS)),
  apiBaseUrl: unlessToken(API_BASE_URL),
  timeout: duration('minutes', { least: MIN_TIMEOUT_MINUTES, most: MAX_TIMEOUT_MINUTES }, 'Duration.minutes(45)'),
  pacing: objectOf(PACING_PROPS),
  stateMachineName: unlessToken(STATE_MACHINE_NAME),
  removalPolicy: v.picklist(
    REMOVAL_POLICIES,
    expected('RemovalPolicy.DESTROY, RemovalPolicy.RETAIN or RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE'),
  ),
  logRetention: unlessToken(
    v.picklist([...LOG_RETENTION_DAYS, RetentionDays.INFINITE], expected('one of RetentionDays, such as ONE_MONTH')),
  ),
  vpc: resourceWith('vpcId', 'an IVpc, such as Vpc.fromLookup(...)'),
  vpcSubnets: v.pipe(
    v.custom<Values>(isRecord, expected('a SubnetSelection, such as { subnetGroupName: ... }')),
    v.partial(v.object(SUBNET_PROPS)),
  ),
};
