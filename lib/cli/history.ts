import { listEnvironments } from '../aws/environment-items';
import { abbreviateCommit } from '../notification/links';
import { countsForTrend } from '../watch/history';
import { chooseEnvironment } from './choose-environment';
import { findHistoryTable, type HistoryTableOptions, readTable } from './history-table';
import { setInterruptMessage } from './interrupt';
import { colourOf } from './output';
import { type Column, drawTable } from './table';
import type { Terminal } from './terminal';
import { nameTrend } from './trend-name';
import { formatSeconds } from './usual-time';
import { type ListedVerdict, readVerdicts, type VerdictList } from './verdict-pages';

export interface HistoryOptions extends HistoryTableOptions {
  /** How many verdicts are shown. @default 20 */
  readonly limit?: number | undefined;
  readonly json?: boolean | undefined;
}

const DEFAULT_LIMIT = 20;

/**
 * Prints the verdicts about an environment, the newest first.
 *
 * @param environmentName its id, or its given id
 * @throws UsageError
 */
export async function runHistory(environmentName: string, options: HistoryOptions, terminal: Terminal): Promise<void> {
  setInterruptMessage('Interrupted.', terminal);
  const { limit = DEFAULT_LIMIT, json } = options;
  const table = await findHistoryTable(options, terminal);
  const environment = chooseEnvironment(environmentName, (await readTable(table, listEnvironments)).environments);
  const { key, givenId = key } = environment.last.environment;
  const list = await readTable(table, () => readVerdicts(table, key, limit));
  if (json) for (const verdict of list.verdicts) terminal.json(verdict);
  else {
    for (const line of drawTable(columnsFor(terminal), list.verdicts, terminal)) terminal.out(line);
    terminal.out(summarise(givenId, list, environment.usualSeconds));
  }
  if (list.isBroken) terminal.err('The verdicts before these cannot be read by this version.');
}

function columnsFor({ colors }: Terminal): Column<ListedVerdict>[] {
  return [
    { head: 'ended (UTC)', rank: 1, cell: ({ endedAt }) => ({ parts: [endedAt.slice(0, 16).replace('T', ' ')] }) },
    {
      head: 'verdict',
      rank: 2,
      cell: (verdict) => ({
        parts: [nameOf(verdict), trendOf(verdict)],
        style: colourOf(verdict.outcome, colors),
      }),
    },
    { head: 'took', rank: 3, cell: ({ durationSeconds }) => ({ parts: [took(durationSeconds)] }) },
    {
      head: 'commit',
      rank: 4,
      cell: ({ commit, branch }) => ({ parts: [abbreviateCommit(commit), branch] }),
      maxNarrow: 18,
    },
    { head: 'deployment', rank: 5, cell: ({ deploymentId }) => ({ parts: [deploymentId] }) },
  ];
}

function nameOf({ outcome, status }: ListedVerdict): string {
  return status === 'NO_CHANGE' ? `${outcome} (${status})` : outcome;
}

/** What the verdict before this one says as well is not repeated. */
function trendOf({ trend, failuresInARow }: ListedVerdict): string | undefined {
  const isPlain = trend === undefined || trend === 'healthy' || trend === 'broke';
  return isPlain ? undefined : nameTrend({ trend, failuresInARow });
}

function took(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : formatSeconds(seconds);
}

/** `production: 12 of 14 succeeded (86 %), usually in 5m 40s.` */
function summarise(name: string, { verdicts, hasOlder }: VerdictList, usualSeconds: number | undefined): string {
  const counted = verdicts.filter(countsForTrend);
  const succeeded = counted.filter(({ outcome }) => outcome === 'SUCCEEDED').length;
  const share = counted.length === 0 ? '' : ` (${Math.round((succeeded / counted.length) * 100)} %)`;
  const usually = usualSeconds === undefined ? '' : `, usually in ${formatSeconds(usualSeconds)}`;
  const older = hasOlder ? ' There are older verdicts: raise --limit.' : '';
  return `${name}: ${succeeded} of ${counted.length} succeeded${share}${usually}.${older}`;
}
