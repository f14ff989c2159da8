import { listRecentWatches, type RecentWatch } from '../aws/recent-watches';
import { seeRunbook } from '../contract/runbook';
import { cutMiddle, oneLine } from '../text';
import { examine, type Finding } from './doctor-findings';
import type { Installation } from './doctor-installation';
import { formatAgo } from './usual-time';

const NAME = 'Watches';
const NEEDS = ['states:ListExecutions', 'states:DescribeExecution'];
const MAX_WATCHES = 10;
const MAX_CAUSE_CHARACTERS = 300;

/** How the last watches ended. The last one that has ended has to have found out, and told. */
export function checkWatches(installation: Installation): Promise<Finding[]> {
  const { stepFunctions, arn, own, pages } = installation;
  const subject = { name: NAME, needs: NEEDS, link: pages.stateMachine(arn) };
  return examine(subject, async () => {
    const watches = await listRecentWatches(stepFunctions, arn, MAX_WATCHES);
    const last = watches.find(({ end }) => end !== 'running' && end !== 'aborted');
    if (watches.length === 0) {
      const commands = [own('watch DEPLOYMENT_ID')];
      return { ...subject, state: 'good', found: 'There was none yet.', todo: 'Start one:', commands };
    }
    const which = watches.length === 1 ? 'The only one' : `The last ${watches.length}`;
    const found = `${which}: ${countEnds(watches)}.`;
    if (last === undefined || !isBad(last)) return { ...subject, state: 'good', found };
    return { ...subject, state: 'bad', ...describeLast(last, found, installation) };
  });
}

function isBad({ end }: RecentWatch): boolean {
  return end === 'WATCH_FAILED' || end === 'unpublished' || end === 'broken';
}

/** `2 SUCCEEDED, 1 running`, the most frequent first. */
function countEnds(watches: readonly RecentWatch[]): string {
  const counts = Object.entries(Object.groupBy(watches, ({ end }) => end));
  const sorted = counts.toSorted(([, one = []], [, other = []]) => other.length - one.length);
  return sorted.map(([end, those = []]) => `${those.length} ${end}`).join(', ');
}

function describeLast(
  { end, cause = '', deploymentId, executionArn, startedAt }: RecentWatch,
  found: string,
  { now, own, pages }: Installation,
): Pick<Finding, 'found' | 'todo' | 'commands' | 'link'> {
  const when = formatAgo(startedAt.toISOString(), now);
  const start = `${found} The last that ended, of ${deploymentId}, ${when},`;
  const link = pages.execution(executionArn);
  const commands = [own(`watch ${deploymentId}`)];
  // Its cause is the whole record.
  if (end === 'unpublished')
    return {
      found: `${start} could not publish its notification.`,
      todo: seeRunbook('Notification not published'),
      link,
    };
  const why = cutMiddle(oneLine(cause), MAX_CAUSE_CHARACTERS);
  const what = end === 'broken' ? 'broke' : 'ended as WATCH_FAILED';
  return {
    found: `${start} ${what}${why === '' ? '.' : `: ${why}`}`,
    todo: 'Correct what its notification names, then watch that or another deployment:',
    commands,
    link,
  };
}
