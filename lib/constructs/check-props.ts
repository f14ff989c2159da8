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

/** The props that are objects, with what each may hold. */
const NESTED = { pacing: PACING_PROPS, slack: SLACK_PROPS, vpcSubnets: SUBNET_PROPS };

/**
 * Checks as strictly as the settings are checked, because JavaScript checks nothing.
 *
 * @returns the props as a plain object, with what they inherit, and with what their getters say
 * @throws Error that lists every mistake, with what was given and what is allowed
 */
export function checkProps(monitor: IConstruct, given: DeploymentMonitorProps): DeploymentMonitorProps {
  const props: DeploymentMonitorProps = isRecord(given) ? toPlainProps(given) : given;
  const mistakes = findMistakes(props);
  // Only what has passed the checks above is a bus or a VPC for certain.
  if (mistakes.length === 0) {
    mistakes.push(...findBusElsewhere(Stack.of(monitor), props.eventBus), ...findUnusableSubnets(props));
  }
  if (mistakes.length > 0) throw new Error(describeMistakes(mistakes, 'prop', monitor.node.path));
  return props;
}

function toPlainProps(given: Values): Values {
  const props = toPlainObject(given, PROPS);
  const nested = Object.entries(NESTED).flatMap(([name, allowed]) => {
    const value = props[name];
    return isRecord(value) ? [[name, toPlainObject(value, allowed)]] : [];
  });
  return { ...props, ...Object.fromEntries(nested) };
}

/** A getter of a class belongs to its prototype, and `for...in` does not list it. */
function toPlainObject(value: Values, allowed: object): Values {
  const names = Object.keys(allowed).filter((name) => name in value);
  for (const name in value) names.push(name);
  return Object.fromEntries(names.map((name) => [name, value[name]]));
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

/** The CDK accepts no subnets at all. Public ones it refuses, too, and asks for a prop that is not ours. */
function findUnusableSubnets({ vpc, vpcSubnets }: DeploymentMonitorProps): Mistake[] {
  if (vpc === undefined) return [];
  const publicIds = new Set(vpc.publicSubnets.map(({ subnetId }) => subnetId));
  const { subnetIds, isPendingLookup } = vpc.selectSubnets(vpcSubnets);
  if (subnetIds.length === 0 && !isPendingLookup) {
    const text = 'got a selection that no subnet of the VPC matches, expected private or isolated subnets';
    return [{ path: 'vpcSubnets', text }];
  }
  if (!subnetIds.some((id) => publicIds.has(id))) return [];
  const [path, received] =
    vpcSubnets === undefined ? ['vpc', 'a VPC that has only public subnets'] : ['vpcSubnets', 'public subnets'];
  const why = 'in a public subnet, a function has no public address, so it cannot reach the internet';
  return [{ path, text: `got ${received}, expected private or isolated ones: ${why}` }];
}

function findMistakes(props: unknown): Mistake[] {
  if (!isRecord(props)) return [{ path: '', text: `got ${kindOf(props)}, expected an object of props` }];
  const { issues = [] } = v.safeParse(v.partial(v.object(PROPS)), withoutUndefined(props));
  return [
    ...findUnknownNames('', props, Object.keys(PROPS), 'prop'),
    ...Object.entries(NESTED).flatMap(([name, allowed]) =>
      findUnknownNames(`${name}.`, props[name], Object.keys(allowed), 'prop'),
    ),
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
