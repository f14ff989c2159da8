import { versionIn } from '../contract/version';
import { examine, type Finding } from './doctor-findings';
import type { DeployedStack, Installation } from './doctor-installation';
import { kindOfAwsError } from './errors';

/** Whether there is a state machine, and whether it is one of Flightwatch's. */
export function checkStateMachine(installation: Installation): Promise<Finding[]> {
  const { arn, definition, pages, deploy: commands } = installation;
  const subject = { name: 'State machine', link: pages.stateMachine(arn), needs: ['states:DescribeStateMachine'] };
  return examine(subject, async () => {
    try {
      const { pollFunction } = await definition;
      if (pollFunction !== undefined) return { ...subject, state: 'good', found: `${arn} exists.` };
      const todo = "Pass the stack's output StateMachineArn with --state-machine-arn.";
      return { ...subject, state: 'bad', found: `${arn} is not a Flightwatch state machine.`, todo };
    } catch (error) {
      if (kindOfAwsError(error) !== 'missing') throw error;
      const todo = 'Deploy the stack, or compare the ARN with the output StateMachineArn of the stack.';
      return { ...subject, state: 'bad', found: `${arn} does not exist.`, todo, commands, link: pages.stacks() };
    }
  });
}

/** Whether what is deployed is as new as this program. */
export function checkVersion({ definition, deploy: commands }: Installation, version: string): Promise<Finding[]> {
  const name = 'Version';
  return examine({ name, needs: ['states:DescribeStateMachine'] }, async () => {
    const deployed = versionIn((await definition).comment);
    if (deployed === version) return { name, state: 'good', found: `${deployed} is deployed, as this program is.` };
    if (deployed !== undefined && isNewer(deployed, version)) {
      const todo =
        'Update this program to that version: in a checkout, check it out and run npm ci; in an app, install that package.';
      return { name, state: 'bad', found: `${deployed} is deployed, and this program is ${version}.`, todo };
    }
    const found =
      deployed === undefined
        ? `The deployed version does not say which one it is, and this program is ${version}.`
        : `${deployed} is deployed, and this program is ${version}.`;
    return { name, state: 'bad', found, todo: 'Deploy the stack again with this version.', commands };
  });
}

function isNewer(one: string, other: string): boolean {
  return one.localeCompare(other, 'en', { numeric: true }) > 0;
}

/** Whether CloudFormation knows the stack, and has deployed it well. */
export async function checkStack({ arn, stack, pages }: Installation): Promise<Finding[]> {
  const name = 'Stack';
  const needs = ['cloudformation:DescribeStackResources, DescribeStacks and ListStackResources'];
  const findings = await examine({ name, needs, link: pages.stacks() }, async () => {
    const found = await stack;
    if (found !== undefined) return describeStack(found, pages.stack(found.id));
    return { name, state: 'unknown', found: `No stack has ${arn} as a resource.`, link: pages.stacks() };
  });
  return findings.map((finding) => {
    return finding.state === 'unknown' ? { ...finding, found: `${finding.found} ${NOT_CHECKED}` } : finding;
  });
}

/** Only CloudFormation knows what they are called. */
const NOT_CHECKED = 'So its rules, dead letters, alarms and webhook are not checked.';

function describeStack({ name, status, resources }: DeployedStack, link: string | undefined): Finding {
  const subject = { name: 'Stack', link };
  if (resources.length === 0) {
    const found = `${name} is ${status}, but the names of its resources are not those that Flightwatch gives them.`;
    return { ...subject, state: 'unknown', found };
  }
  if (/IN_PROGRESS$/.test(status)) {
    const todo = 'Wait until it is deployed, then run this command again.';
    return { ...subject, state: 'bad', found: `${name} is being deployed (${status}).`, todo };
  }
  if (/FAILED$|ROLLBACK_COMPLETE$/.test(status)) {
    const todo = "Look at the stack's events for the reason, and deploy it again.";
    return { ...subject, state: 'bad', found: `The last deployment of ${name} failed (${status}).`, todo };
  }
  return { ...subject, state: 'good', found: `${name} is ${status}.` };
}
