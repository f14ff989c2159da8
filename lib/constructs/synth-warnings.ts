import { Aspects, type IResource, Stack, Stage, Token } from 'aws-cdk-lib';
import { CfnMicrosoftTeamsChannelConfiguration, CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, type ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { DEFAULT_EVENT_BUS, GITHUB_EVENTS } from '../contract/events';
import { DEFAULT_GITHUB_FILTER } from '../contract/github-filter';
import type { DeploymentMonitorProps } from './deployment-monitor-props';
import { FirstOfApp, identityOf } from './first-of-app';
import type { MonitorOptions } from './monitor-options';
import { differencesOf, likelyPlaceOf } from './places';
import { warn } from './warn';

/** What it means that a resource is in another place than the stack. */
const ELSEWHERE = {
  topic: {
    region: 'Step Functions cannot publish there, so nobody would be notified',
    account: 'its policy and that of its key must allow the roles of the state machines to publish',
  },
  alarmTopic: {
    region: 'CloudWatch cannot publish there, so nobody would be told of alarms',
    account: 'its policy and that of its key must allow CloudWatch to publish',
  },
  secret: {
    region: 'the poll function does not find it there, so every watch would fail',
    account: 'its policy and that of its customer managed key must allow the role of the poll function to read it',
  },
  eventBus: {
    region: 'rules can only be on a bus of their own Region, so no announcement would be heard',
    account: 'rules can only be on a bus of their own account, so no announcement would be heard',
  },
  encryptionKey: {
    region: 'AWS encrypts nothing with a key of another Region, so the deployment would fail',
    account: 'its policy must allow the account of the stack to use it',
  },
  vpc: {
    region: 'the poll function can only be in a VPC of its own Region, so the deployment would fail',
    account: 'its subnets must be shared with the account of the stack',
  },
};

type PlacedProp = keyof typeof ELSEWHERE;

/** Warns of what can be deployed, but cannot work. A warning that does not apply can be acknowledged by its id. */
export function warnAbout(monitor: IConstruct, props: DeploymentMonitorProps, options: MonitorOptions): void {
  warnAboutUnusedProps(monitor, props, options);
  warnAboutSharedEvents(monitor, props, options);
  const resources = { ...props, alarmTopic: options.alarms?.alarmTopic };
  for (const prop of Object.keys(ELSEWHERE) as PlacedProp[]) warnAboutPlace(monitor, prop, resources[prop]);
}

function warnAboutUnusedProps(
  monitor: IConstruct,
  props: DeploymentMonitorProps,
  { gitHub, alarms }: MonitorOptions,
): void {
  const { webhook, events, filter } = gitHub;
  const isFilter = JSON.stringify(filter) !== JSON.stringify(DEFAULT_GITHUB_FILTER);
  if (isFilter && !webhook && !events) {
    const message = 'environments and previewEnvironments have no effect without githubWebhook or githubEvents.';
    warn(monitor, 'environmentsUnused', message);
  }
  if (alarms === undefined && (props.alarmTopic || props.alarmEmails?.length)) {
    warn(monitor, 'alarmRecipientsUnused', 'The alarm topic and alarmEmails have no effect, because alarms is false.');
  }
}

function warnAboutPlace(monitor: IConstruct, prop: PlacedProp, resource: IResource | undefined): void {
  if (resource === undefined) return;
  const { region, account } = resource.env;
  const stack = likelyPlaceOf(Stack.of(monitor));
  const differences = differencesOf(resource, stack);
  if (differences.includes('region')) {
    const places = `${prop} is in the Region ${region}, and the stack in ${stack.region}`;
    warn(monitor, `${prop}Region`, `${places}: ${ELSEWHERE[prop].region}.`);
  }
  if (differences.includes('account')) {
    const places = `${prop} belongs to the account ${account}, and the stack to ${stack.account}`;
    warn(monitor, `${prop}Account`, `${places}: ${ELSEWHERE[prop].account}.`);
  }
}

/** Warns of a permission that has no effect. */
export function warnAboutGrant(
  monitor: IConstruct & { readonly stateMachine: IStateMachine },
  method: 'grantStart' | 'grantSetKey',
  { grantPrincipal }: IGrantable,
  grant: Grant,
): void {
  const own = monitor.stateMachine.env.account;
  const other = grantPrincipal.principalAccount;
  if (other !== undefined && !Token.isUnresolved(own) && !Token.isUnresolved(other) && own !== other) {
    const message =
      `${method}: The state machine belongs to the account ${own}, and the grantee to ${other}: Step Functions lets no ` +
      `other account in, so the permission has no effect. Grant a role of ${own} that ${other} may assume.`;
    warn(monitor, 'grantAccount', message);
  } else if (!grant.success) {
    const message = `${method}: ${grantPrincipal} has no policy that the permission could be added to. Grant a role or a user.`;
    warn(monitor, 'grantIgnored', message);
  }
}

/** The path of the first monitor, by what it hears. */
const HEARD = new FirstOfApp<string>();

function warnAboutSharedEvents(
  monitor: IConstruct,
  { eventBus }: DeploymentMonitorProps,
  { eventSource, gitHub }: MonitorOptions,
): void {
  const bus = eventBus ? identityOf(eventBus, eventBus.eventBusName) : DEFAULT_EVENT_BUS;
  const twice = 'each deployment that is announced would be watched twice.';
  const withSource = findOther(monitor, [bus, eventSource]);
  // Filters that differ may leave each monitor its own environments.
  const withGitHub = gitHub.events ? findOther(monitor, [bus, GITHUB_EVENTS.source, gitHub.filter]) : undefined;
  if (withSource) warn(monitor, 'sharedEvents', `${withSource} has the same event bus and eventSource: ${twice}`);
  else if (withGitHub)
    warn(monitor, 'sharedEvents', `${withGitHub} has the same event bus and takes the same events of GitHub: ${twice}`);
}

/** The path of another monitor that hears the same, where both would be deployed. */
function findOther(monitor: IConstruct, announcements: readonly unknown[]): string | undefined {
  const place = [Stage.of(monitor)?.node.path, Stack.of(monitor).environment];
  return HEARD.register(monitor, [place, announcements], monitor.node.path);
}

/** Looks when everything has been constructed: who uses the construct can subscribe to the topic that it makes. */
export function warnIfUnheard(monitor: IConstruct, alarmTopic: ITopic): void {
  Aspects.of(monitor).add({
    visit: (visited) => {
      if (visited !== monitor || isHeard(alarmTopic)) return;
      const message =
        'Nobody receives the alarms. Set alarmEmails or a Slack channel, subscribe to the alarm topic, give a topic of ' +
        'your own, or set alarms to false.';
      warn(monitor, 'alarmsUnheard', message);
    },
  });
}

/** Whether an e-mail address, a program or a chat channel of the app is subscribed. */
function isHeard(topic: ITopic): boolean {
  const { environment } = Stack.of(topic);
  return topic.node.root.node.findAll().some((construct) => {
    const topics = topicsOf(construct);
    // Stacks of other places cannot refer to a topic that has no name of its own, and the CDK throws if it is tried.
    if (topics.length === 0 || Stack.of(construct).environment !== environment) return false;
    const stack = Stack.of(construct);
    const written: unknown[] = stack.resolve(topics);
    return written.some((arn) => JSON.stringify(arn) === JSON.stringify(stack.resolve(topic.topicArn)));
  });
}

function topicsOf(construct: IConstruct): readonly string[] {
  if (CfnSubscription.isCfnSubscription(construct)) return [construct.topicArn];
  const isChannel =
    CfnSlackChannelConfiguration.isCfnSlackChannelConfiguration(construct) ||
    CfnMicrosoftTeamsChannelConfiguration.isCfnMicrosoftTeamsChannelConfiguration(construct);
  return isChannel ? (construct.snsTopicArns ?? []) : [];
}
