import type { History } from '../contract/history';
import { IN_CHECKOUT } from '../contract/own-command';
import { describeNumber, redeployCommand } from './last-success';
import type { NotificationRecord } from './record';
import { writeTime } from './time';

/** Deploy hooks are there, see the Flightcontrol docs, Deploy Hooks API. */
const PLACE = 'open the environment settings, then Deploy Hooks';

const WITHOUT_COMMAND = `Deploy it again with a deploy hook of the environment: in Flightcontrol, ${PLACE}.`;

/**
 * For the reader of a failure: which commit was good, and how to deploy it again. It does not say that the environment
 * is down, because the API does not tell.
 */
export function writeRedeployment(record: NotificationRecord): string | undefined {
  const { lastSuccess, supersededBy } = record.history ?? {};
  if (supersededBy !== undefined) return describeSuccessor(supersededBy);
  const { branch, commit, endedAt } = lastSuccess ?? {};
  if (record.outcome !== 'FAILED' || !commit || endedAt === undefined) return undefined;
  const found = `commit ${commit}${branch ? ` of branch ${branch}` : ''}, seen at ${writeTime(endedAt)}`;
  const command = redeployCommand(record);
  const steps = command === undefined ? [WITHOUT_COMMAND] : listSteps(command, describeNumber(record));
  return [`The last success was ${found}.`, ...steps].join('\n');
}

function describeSuccessor({ outcome, deploymentId, commit, endedAt }: NonNullable<History['supersededBy']>): string {
  const what = commit ? `commit ${commit}` : `deployment ${deploymentId}`;
  return `A later deployment to this environment has already ended: ${outcome}, ${what}, seen at ${writeTime(endedAt)}.`;
}

function listSteps(command: string, number: string): string[] {
  return [
    'To deploy it again:',
    `1. In Flightcontrol, ${PLACE}, and copy the address of a hook.`,
    '   The address is a credential.',
    `2. Run this ${IN_CHECKOUT}${number}.`,
    '   It asks for the address, which is neither shown nor kept in the history of the shell:',
    `    ${command}`,
  ];
}
