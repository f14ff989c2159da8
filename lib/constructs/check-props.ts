import { Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IConstruct } from 'constructs';
import * as v from 'valibot';
import { withoutUndefined } from '../objects';
import { kindOf } from '../text';
import type { DeploymentMonitorProps } from './deployment-monitor-props';
import { differencesOf } from './places';
import { PACING_PROPS, PROPS, SLACK_PROPS, SUBNET_PROPS } from './prop-schemas';
import {
  describeMistakes,
  findChangesWithoutHistory,
  findUnknownNames,
  type Mistake,
  toMistake,
} from './setting-mistakes';
import { isRecord, type Values } from './value-schemas';

/**
 * Checks as strictly as the settings are checked, because JavaScript checks nothing.
 *
 * @returns the props as an object of its own, whatever they inherit or compute
 * @throws Error that lists every mistake, with what was given and what is allowed
 */
export function checkProps(monitor: IConstruct, given: DeploymentMonitorProps): DeploymentMonitorProps {
  const props: DeploymentMonitorProps = isRecord(given) ? withoutHeritage(given) : given;
  const mistakes = findMistakes(props);
  // Only what has passed the checks above is a bus or a VPC for certain.
  if (mistakes.length === 0) {
    mistakes.push(...findBusElsewhere(Stack.of(monitor), props.eventBus), ...findPublicSubnets(props));
  }
  if (mistakes.length > 0) throw new Error(describeMistakes(mistakes, 'prop', monitor.node.path));
  return props;
}

/** A class may implement the props with getters, which belong to its prototype and which nothing lists. */
function withoutHeritage(props: Values): Values {
  const names = Object.keys(PROPS).filter((name) => name in props);
  for (const name in props) names.push(name);
  return Object.fromEntries(names.map((name) => [name, props[name]]));
}

/** A rule takes only the name of its bus, and would be on the bus of this name beside the stack, where nothing is heard. */
function findBusElsewhere(stack: Stack, eventBus: IEventBus | undefined): Mistake[] {
  if (eventBus === undefined) return [];
  return differencesOf(eventBus, stack).map((difference) => {
    const noun = difference === 'region' ? 'Region' : 'account';
    const text = `got a bus of the ${noun} ${eventBus.env[difference]}, expected one of ${stack[difference]}, where the stack is`;
    return { path: 'eventBus', text };
  });
}

/** The CDK asks for a prop that is not ours: a function in a public subnet has no address that others could answer to. */
function findPublicSubnets({ vpc, vpcSubnets }: DeploymentMonitorProps): Mistake[] {
  if (!vpc?.selectSubnets(vpcSubnets).hasPublic) return [];
  const [path, received] =
    vpcSubnets === undefined ? ['vpc', 'a VPC that has only public subnets'] : ['vpcSubnets', 'public subnets'];
  const text = `got ${received}, expected private or isolated ones: in a public subnet, a function reaches nothing`;
  return [{ path, text }];
}

function findMistakes(props: unknown): Mistake[] {
  if (!isRecord(props)) return [{ path: '', text: `got ${kindOf(props)}, expected an object of props` }];
  const { issues = [] } = v.safeParse(v.partial(v.object(PROPS)), withoutUndefined(props));
  return [
    ...findUnknownNames('', props, Object.keys(PROPS), 'prop'),
    ...findUnknownNames('pacing.', props.pacing, Object.keys(PACING_PROPS), 'prop'),
    ...findUnknownNames('slack.', props.slack, Object.keys(SLACK_PROPS), 'prop'),
    ...findUnknownNames('vpcSubnets.', props.vpcSubnets, Object.keys(SUBNET_PROPS), 'prop'),
    ...issues.map(toMistake),
    ...findChangesWithoutHistory(props),
    ...findSubnetsWithoutVpc(props),
    ...findHalfOfSlack(props),
  ];
}

function findHalfOfSlack({ slack }: Values): Mistake[] {
  if (!isRecord(slack)) return [];
  const missing = Object.keys(SLACK_PROPS).filter((name) => slack[name] === undefined);
  return missing.map((name) => ({ path: `slack.${name}`, text: 'got nothing, expected workspaceId and channelId' }));
}

function findSubnetsWithoutVpc({ vpc, vpcSubnets }: Values): Mistake[] {
  if (vpcSubnets === undefined || vpc !== undefined) return [];
  return [{ path: 'vpc', text: 'got nothing, expected the VPC of vpcSubnets' }];
}
