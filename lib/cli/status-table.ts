import type { StoredEnvironment } from '../aws/environment-items';
import type { RunningWatch } from '../aws/running-watches';
import { abbreviateCommit } from '../notification/links';
import { withoutUndefined } from '../objects';
import type { EnvironmentRow } from './environment-rows';
import { colourOf, nameOfPhase } from './output';
import { type Cell, type Column, drawTable } from './table';
import type { Colors, Terminal } from './terminal';
import { nameTrend } from './trend-name';
import { describeUsualTime, formatAgo, formatSeconds, usualSecondsLeft } from './usual-time';

/** The environments for a reader. */
export function drawStatus(rows: readonly EnvironmentRow[], now: Date, terminal: Terminal): string[] {
  const { colors } = terminal;
  const columns: Column<EnvironmentRow>[] = [
    { head: 'environment', rank: 1, cell: (row) => nameCell(row, rows, colors) },
    { head: 'verdict', rank: 2, cell: (row) => verdictCell(row, now, colors) },
    { head: 'trend', rank: 4, cell: ({ stored }) => trendCell(stored, now) },
    { head: 'commit', rank: 5, cell: ({ stored }) => commitCell(stored), maxNarrow: 18 },
    { head: 'usually', rank: 6, cell: ({ stored }) => ({ parts: [usually(stored)] }) },
    { head: 'running now', rank: 3, cell: (row) => runningCell(row, now, colors) },
  ];
  return drawTable(columns, rows, terminal);
}

/** Two projects may use the same given id. */
function nameCell({ environment }: EnvironmentRow, rows: readonly EnvironmentRow[], { bold }: Colors): Cell {
  if (environment === undefined) return { parts: ['unknown'] };
  const { key, givenId = key } = environment;
  const isShared = rows.filter((row) => row.environment?.givenId === givenId).length > 1;
  return { parts: [givenId, isShared ? key : undefined, environment.preview ? 'preview' : undefined], style: bold };
}

function verdictCell({ stored }: EnvironmentRow, now: Date, colors: Colors): Cell {
  if (stored === undefined) return { parts: ['none yet'], style: colors.dim };
  const { outcome, endedAt } = stored.last;
  return { parts: [outcome, formatAgo(endedAt, now)], style: colourOf(outcome, colors) };
}

function trendCell(stored: StoredEnvironment | undefined, now: Date): Cell {
  const { trend, failuresInARow, since } = stored ?? {};
  if (trend === undefined) return { parts: [] };
  const text = nameTrend({ trend, failuresInARow });
  return { parts: [text, since === undefined ? undefined : `since ${formatAgo(since, now)}`] };
}

function commitCell(stored: StoredEnvironment | undefined): Cell {
  return { parts: [abbreviateCommit(stored?.last.commit), stored?.last.branch] };
}

function usually(stored: StoredEnvironment | undefined): string | undefined {
  return stored?.usualSeconds === undefined ? undefined : formatSeconds(stored.usualSeconds);
}

/** Without the id where the environment is enough to know which one. */
function runningCell({ environment, stored, running }: EnvironmentRow, now: Date, { cyan }: Colors): Cell {
  const showsId = environment === undefined || running.length > 1;
  const parts = running.flatMap((watch) => {
    const { status, elapsedSeconds, usualTime } = describeRunning(watch, stored, now);
    return [
      `${status} ${formatSeconds(elapsedSeconds)}`,
      ...(describeUsualTime(usualTime, now)?.split(': ') ?? []),
      showsId && watch.deploymentId,
    ];
  });
  return { parts: parts.map((part) => part || undefined), style: cyan };
}

function describeRunning({ look, startedAt }: RunningWatch, stored: StoredEnvironment | undefined, now: Date) {
  const createdAt = look?.deployment?.createdAt;
  const elapsedSeconds = (now.getTime() - Date.parse(createdAt ?? startedAt)) / 1000;
  const usualTime = { usualSeconds: stored?.usualSeconds ?? look?.usualSeconds ?? null, createdAt };
  return { status: look === null ? 'starting' : nameOfPhase(look), elapsedSeconds, usualTime };
}

/** The same for programs. */
export function toJson({ environment, stored, running }: EnvironmentRow, now: Date): object {
  return {
    environment: environment ?? {},
    ...stored,
    running: running.map((watch) => {
      const { status, elapsedSeconds, usualTime } = describeRunning(watch, stored, now);
      const { deploymentId, executionArn, startedAt } = watch;
      return withoutUndefined({
        deploymentId,
        status,
        createdAt: usualTime.createdAt,
        watchStartedAt: startedAt,
        elapsedSeconds: Math.max(0, Math.round(elapsedSeconds)),
        usualSecondsLeft: usualSecondsLeft(usualTime, now),
        executionArn,
      });
    }),
  };
}
