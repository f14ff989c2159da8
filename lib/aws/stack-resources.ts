import {
  type CloudFormationClient,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';

/** One resource of an installation. */
export interface StackResource {
  /** Such as `AWS::SNS::Topic`. */
  readonly type: string;
  /** Its place in the construct, such as `AlarmsTopic`: the logical id without what stands around it. */
  readonly place: string;
  /** What the service knows it by: a name, an ARN or an address. */
  readonly physicalId: string;
  /** When CloudFormation made it, or changed it last. */
  readonly updatedAt?: Date;
}

/** The parts of the construct, as logical ids begin behind its own path. */
const PARTS =
  'Alarms|Announcements|ApiKey|DeadLetters|GitHubWebhook|History|Notifications|Outcomes|Overview|Slack|Watch|Watchdog';

/** What the CDK puts behind a path. */
const HASH = /[0-9A-F]{8}$/;
const STATE_MACHINE = /WatchStateMachine[0-9A-F]{8}$/;

/**
 * The resources of the installation that a state machine belongs to, without any others in its stack.
 *
 * @throws what the AWS SDK throws
 */
export async function listResources(
  client: CloudFormationClient,
  StackName: string,
  stateMachineArn: string,
): Promise<StackResource[]> {
  const all: StackResourceSummary[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    all.push(...StackResourceSummaries);
  }
  const stateMachine = all.find(({ PhysicalResourceId }) => PhysicalResourceId === stateMachineArn);
  const construct = (stateMachine?.LogicalResourceId ?? '').replace(STATE_MACHINE, '');
  const ours = new RegExp(`^${construct}(?<place>(?:${PARTS}).*)`);
  return all.flatMap((resource) => {
    const { LogicalResourceId = '', ResourceType: type = '', PhysicalResourceId: physicalId = '' } = resource;
    const place = ours.exec(LogicalResourceId.replace(HASH, ''))?.groups?.place;
    const { LastUpdatedTimestamp: updatedAt } = resource;
    return place === undefined ? [] : [{ type, place, physicalId, ...(updatedAt && { updatedAt }) }];
  });
}
