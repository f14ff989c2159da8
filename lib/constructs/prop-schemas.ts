import { type Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { type SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as v from 'valibot';
import { API_GENERATIONS } from '../contract/api-generations';
import { PACING_BOUNDS } from '../contract/pacing';
import { MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES } from '../contract/time-limit';
import { kindOf } from '../text';
import { isBeforeLookup } from './before-lookup';
import { type DeploymentMonitorProps, NOTIFY_ON, type SlackProps } from './deployment-monitor-props';
import { findKey, isUnknownAlias, isUnknownAliasOfTopic } from './key-alias';
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
  UNKNOWN_VALUE,
  type Values,
} from './value-schemas';

/** It decides what is deployed, so it cannot be a token. It may be looked up, and is known after the next synthesis. */
function onceLookedUp<Output>(schema: v.GenericSchema<Output>): v.GenericSchema<Output> {
  return v.lazy((input) => (isBeforeLookup(input) ? v.any() : schema));
}

/** It may also be a token, which has its value at deployment only. */
function onceKnown<Output>(schema: v.GenericSchema<Output>): v.GenericSchema<Output> {
  return v.lazy((input) => (Token.isUnresolved(input) ? v.any() : onceLookedUp(schema)));
}

/** How many items a list has decides which resources there are. */
function knownList<Output>(schema: v.GenericSchema<Output>): v.GenericSchema<Output> {
  const isUnknown = v.custom<Output>(() => false, 'got a list that is known at deployment only, expected a list');
  return v.lazy((input) => (Token.isUnresolved(input) ? isUnknown : schema));
}

function expectedKind(allowed: string): (issue: { readonly input: unknown }) => string {
  return ({ input }) => `got ${kindOf(input)}, expected ${allowed}`;
}

/** What is given in place of a resource is not shown: it could be the key, or a secret's value. */
function resourceWith(property: string, allowed: string) {
  return v.custom<object>(
    (input) => isRecord(input) && property in input && isRecord(input.node) && isRecord(input.env),
    expectedKind(allowed),
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

const THE_KEY = 'expected the key: Key.fromLookup(...) or Key.fromKeyArn(...)';

function key() {
  return v.pipe(
    resourceWith('keyArn', 'an IKey, such as Key.fromKeyArn(...)'),
    v.check((input) => findKey(input as IKey) !== undefined, `got an alias, ${THE_KEY}`),
  );
}

function secret() {
  return v.pipe(
    resourceWith('secretArn', 'an ISecret, such as Secret.fromSecretCompleteArn(...)'),
    v.check((input) => {
      const { encryptionKey } = input as ISecret;
      return encryptionKey === undefined || !isUnknownAlias(encryptionKey);
    }, `got a secret whose encryptionKey is an alias, ${THE_KEY}`),
  );
}

/** The topic of the notifications, whose key the state machines use. */
function encryptedTopic() {
  return v.pipe(
    topic(),
    v.check((input) => !isUnknownAliasOfTopic(input as ITopic), `got a topic whose key is an alias, ${THE_KEY}`),
  );
}

function listOf(isItem: (item: unknown) => boolean, allowed: string) {
  return v.optional(v.custom<unknown[]>((input) => Array.isArray(input) && input.every(isItem), expectedKind(allowed)));
}

const isText = (item: unknown) => typeof item === 'string';
const isSubnet = (item: unknown) => isRecord(item) && 'subnetId' in item && isRecord(item.node);
const isSubnetFilter = (item: unknown) => isRecord(item) && typeof item.selectSubnets === 'function';

/** A function in a public subnet has no public address, and the CDK asks for a prop that is not ours. */
const SUBNET_TYPES = Object.values(SubnetType).filter((type) => type !== SubnetType.PUBLIC);

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** The CDK may be installed twice, and then `instanceof` tells nothing. */
function isDuration(input: unknown): input is Duration {
  return isRecord(input) && typeof input.toHumanString === 'function' && typeof input.toMilliseconds === 'function';
}

/** @param mustBeKnown whether it decides what is deployed, so that it cannot be a token */
function duration(unit: 'minutes' | 'seconds', { least, most }: Bounds, example: string, mustBeKnown = false) {
  const allowed = `a Duration of ${least} to ${most} whole ${unit}, such as ${example}`;
  const milliseconds = unit === 'minutes' ? 60_000 : 1000;
  const isWithin = (value: Duration) => {
    const amount = value.toMilliseconds() / milliseconds;
    return Number.isInteger(amount) && amount >= least && amount <= most;
  };
  return v.pipe(
    v.custom<Duration>(isDuration, expected(allowed)),
    v.check(
      (value) => (value.isUnresolved() ? !mustBeKnown : isWithin(value)),
      ({ input }) => `got ${input.isUnresolved() ? UNKNOWN_VALUE : input.toHumanString()}, expected ${allowed}`,
    ),
  );
}

function pace(prop: keyof PacingProps) {
  // The time-outs of the poll function and of its task, and the retries, are calculated from the linger.
  return v.optional(
    duration('seconds', PACING_BOUNDS[SETTING_OF_PROP[prop]], 'Duration.seconds(30)', prop === 'linger'),
  );
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
  workspaceId: v.optional(onceKnown(SLACK_WORKSPACE_ID)),
  channelId: v.optional(onceKnown(SLACK_CHANNEL_ID)),
};

/** The props under `vpcSubnets`. */
export const SUBNET_PROPS: Record<keyof SubnetSelection, v.GenericSchema> = {
  subnetType: v.optional(v.picklist(SUBNET_TYPES, expected('a SubnetType of private or isolated subnets'))),
  availabilityZones: listOf(isText, 'a list of names of availability zones'),
  subnetGroupName: v.optional(v.string(expected('the name of a group of subnets'))),
  onePerAz: v.optional(TRUE_OR_FALSE),
  subnetFilters: listOf(isSubnetFilter, 'a list of SubnetFilter, such as SubnetFilter.onePerAz()'),
  subnets: listOf(isSubnet, 'a list of ISubnet, such as Subnet.fromSubnetId(...)'),
};

/** What each prop may be, if it is there. What decides which resources there are cannot be a token. */
export const PROPS: Record<keyof DeploymentMonitorProps, v.GenericSchema> = {
  secret: secret(),
  topic: encryptedTopic(),
  encryptionKey: key(),
  eventBus: resourceWith('eventBusArn', 'an IEventBus, such as EventBus.fromEventBusName(...)'),
  eventSource: onceKnown(EVENT_SOURCE),
  githubWebhook: TRUE_OR_FALSE,
  githubEvents: TRUE_OR_FALSE,
  environments: knownList(environments(onceKnown(ENVIRONMENT))),
  previewEnvironments: TRUE_OR_FALSE,
  notifyEmails: knownList(emails(onceKnown(EMAIL))),
  notifyOn: onceLookedUp(oneOf(NOTIFY_ON)),
  history: TRUE_OR_FALSE,
  alarms: TRUE_OR_FALSE,
  alarmTopic: topic(),
  alarmEmails: knownList(emails(onceKnown(EMAIL))),
  dashboard: TRUE_OR_FALSE,
  slack: objectOf(SLACK_PROPS),
  api: onceKnown(oneOf(API_GENERATIONS)),
  apiBaseUrl: onceKnown(API_BASE_URL),
  timeout: duration('minutes', { least: MIN_TIMEOUT_MINUTES, most: MAX_TIMEOUT_MINUTES }, 'Duration.minutes(45)'),
  pacing: objectOf(PACING_PROPS),
  stateMachineName: onceKnown(STATE_MACHINE_NAME),
  removalPolicy: v.picklist(
    REMOVAL_POLICIES,
    expected('RemovalPolicy.DESTROY, RemovalPolicy.RETAIN or RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE'),
  ),
  logRetention: onceKnown(
    v.picklist([...LOG_RETENTION_DAYS, RetentionDays.INFINITE], expected('one of RetentionDays, such as ONE_MONTH')),
  ),
  vpc: resourceWith('vpcId', 'an IVpc, such as Vpc.fromLookup(...)'),
  vpcSubnets: v.pipe(
    v.custom<Values>(isRecord, expected('a SubnetSelection, such as { subnetGroupName: ... }')),
    v.partial(v.object(SUBNET_PROPS)),
  ),
};
