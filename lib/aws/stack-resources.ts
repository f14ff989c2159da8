import {
  type CloudFormationClient,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { findStackName } from './find-stack';

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

/** An installation as CloudFormation knows it. */
export interface InstalledResources {
  readonly stackName: string;
  /** Without any others in the stack. */
  readonly resources: readonly StackResource[];
}

/** The parts of the construct, as logical ids begin behind its own path. */
const PARTS = [
  ...['Alarms', 'Announcements', 'ApiKey', 'DeadLetters', 'GitHubWebhook', 'History', 'Notifications', 'Outcomes'],
  ...['Overview', 'Slack', 'Watch', 'Watchdog'],
];

/** What the CDK puts behind a path. */
const HASH = /[0-9A-F]{8}$/;
const STATE_MACHINE = /^(.*)WatchStateMachine[0-9A-F]{8}$/;

/** The ARN or the name of the resource of an installation that has this place. */
export function findPhysicalId(resources: readonly StackResource[], type: string, place: string): string | undefined {
  return resources.find((one) => one.type === type && one.place === place)?.physicalId;
}

/**
 * The resources of the installation that a state machine belongs to.
 *
 * @returns undefined if no stack has the state machine
 * @throws what the AWS SDK throws
 */
export async function findResources(
  client: CloudFormationClient,
  stateMachineArn: string,
): Promise<InstalledResources | undefined> {
  const stackName = await findStackName(client, stateMachineArn);
  if (stackName === undefined) return undefined;
  const all: StackResourceSummary[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName: stackName })) {
    all.push(...(page.StackResourceSummaries ?? []));
  }
  return { stackName, resources: selectResources(all, stateMachineArn) };
}

/**
 * Of all resources of a stack, those of the construct that a state machine belongs to.
 *
 * @returns none if the state machine's logical id is not the one that the CDK gives it
 */
function selectResources(all: readonly StackResourceSummary[], stateMachineArn: string): StackResource[] {
  const stateMachine = all.find(({ PhysicalResourceId }) => PhysicalResourceId === stateMachineArn);
  const logicalIds = all.map(({ LogicalResourceId = '' }) => LogicalResourceId);
  const prefix = prefixOf(stateMachine?.LogicalResourceId ?? '', logicalIds);
  if (prefix === undefined) return [];
  return all.flatMap((resource) => {
    const { LogicalResourceId = '', ResourceType: type = '', PhysicalResourceId: physicalId = '' } = resource;
    const { LastUpdatedTimestamp: updatedAt } = resource;
    const place = placeOf(LogicalResourceId, prefix);
    return place === undefined ? [] : [{ type, place, physicalId, ...(updatedAt && { updatedAt }) }];
  });
}

/**
 * How the logical ids of a construct begin. The CDK leaves out a part of a path that the part before it ends with: both
 * `Deployment` and `DeploymentWatch` have a state machine `DeploymentWatchStateMachine`. Another resource tells which.
 *
 * @returns undefined if the stack has both
 */
function prefixOf(stateMachineId: string, logicalIds: readonly string[]): string | undefined {
  const [, path] = STATE_MACHINE.exec(stateMachineId) ?? [];
  if (path === undefined) return undefined;
  const isPathOf = (prefix: string) => logicalIds.some((id) => id.replace(HASH, '') === `${prefix}WatchdogReport`);
  const [prefix = path, ...others] = [path, `${path}Watch`].filter(isPathOf);
  return others.length === 0 ? prefix : undefined;
}

function placeOf(logicalId: string, prefix: string): string | undefined {
  if (!logicalId.startsWith(prefix)) return undefined;
  const rest = logicalId.slice(prefix.length).replace(HASH, '');
  if (PARTS.some((part) => rest.startsWith(part))) return rest;
  const leftOut = PARTS.find((part) => prefix.endsWith(part));
  return leftOut && `${leftOut}${rest}`;
}
