import { PULL_REQUEST, redeployCommand } from './last-success';
import type { NotificationRecord } from './record';
import { writeTime } from './time';

/** The same as for the API key in the README: typed this way, a credential is in no shell's history. */
const READ_HOOK = 'read -rs FLIGHTCONTROL_DEPLOY_HOOK_URL && export FLIGHTCONTROL_DEPLOY_HOOK_URL';

/** Deploy hooks are there, see the Flightcontrol docs, Deploy Hooks API. */
const PLACE = 'open the environment settings, then Deploy Hooks';

const WITHOUT_COMMAND = `Deploy it again with a deploy hook of the environment: in Flightcontrol, ${PLACE}.`;

/**
 * For the reader of a failure: which commit was good, and how to deploy it again. It does not say that the environment
 * is down, because the API does not tell.
 */
export function writeRedeployment(record: NotificationRecord): string | undefined {
  const { branch, commit, endedAt } = record.history?.lastSuccess ?? {};
  if (record.outcome !== 'FAILED' || !commit || endedAt === undefined) return undefined;
  const found = `commit ${commit}${branch ? ` of branch ${branch}` : ''}, deployed at ${writeTime(endedAt)}`;
  const command = redeployCommand(record);
  const steps = command === undefined ? [WITHOUT_COMMAND] : listSteps(command, record.environment?.preview);
  return [`The last success was ${found}.`, ...steps].join('\n');
}

function listSteps(command: string, isPreview = false): string[] {
  const run = isPreview ? `3. Run this, with the number of the pull request instead of ${PULL_REQUEST}:` : '3. Run:';
  return [
    'To deploy it again:',
    `1. In Flightcontrol, ${PLACE}, and copy the address of a hook.`,
    '   The address is a credential.',
    '2. Run this and paste the address, which is then neither shown nor kept in the history of the shell:',
    `    ${READ_HOOK}`,
    run,
    `    ${command}`,
  ];
}
