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
 * @throws Error that lists every mistake, with what was given and what is allowed
 */
export function checkProps(monitor: IConstruct, props: DeploymentMonitorProps): void {
  const mistakes = findMistakes(props);
  // Only what has passed the checks above is a bus for certain.
  if (mistakes.length === 0) mistakes.push(...findBusElsewhere(Stack.of(monitor), props.eventBus));
  if (mistakes.length > 0) throw new Error(describeMistakes(mistakes, 'prop', monitor.node.path));
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
