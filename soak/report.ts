import type { NotificationRecord } from '../lib/notification/record';
import type { PlannedWatch } from './plan';

export interface SoakResult {
  readonly watches: readonly PlannedWatch[];
  readonly records: readonly NotificationRecord[];
  /** What else went wrong, one line each. */
  readonly problems: readonly string[];
  /** Executions of watches. */
  readonly executions: number;
  readonly requests: { readonly all: number; readonly failed: number };
  readonly seconds: number;
}

interface Row {
  planned: number;
  told: number;
  lost: number;
  doubled: number;
  wrong: number;
}

/** One row a way and an outcome, and what was lost, told twice or told wrongly. */
export function describeSoak(result: SoakResult): { readonly text: string; readonly isGood: boolean } {
  const rows = new Map<string, Row>();
  const details = [...result.problems];
  for (const watch of result.watches) {
    const own = result.records.filter(({ deploymentId }) => deploymentId === watch.deploymentId);
    const wrong = own.filter((record) => !isTrue(record, watch));
    const key = `${watch.way.padEnd(16)} ${watch.outcome.padEnd(13)}`;
    const row = rows.get(key) ?? { planned: 0, told: 0, lost: 0, doubled: 0, wrong: 0 };
    rows.set(key, {
      planned: row.planned + 1,
      told: row.told + own.length,
      lost: row.lost + Number(own.length === 0),
      doubled: row.doubled + Number(own.length > 1),
      wrong: row.wrong + wrong.length,
    });
    if (own.length !== 1 || wrong.length > 0) details.push(describeTrouble(watch, own));
  }
  details.push(...findStrangers(result));
  return {
    text: [...table(rows), '', summarise(result), ...details.slice(0, 50)].join('\n'),
    isGood: details.length === 0,
  };
}

/** A look at the time limit may fail as any other, and then nobody can tell. */
function isTrue({ outcome, reason = '' }: NotificationRecord, watch: PlannedWatch): boolean {
  const isUnclear =
    watch.outcome === 'TIMED_OUT' && outcome === 'WATCH_FAILED' && /reached its time limit/.test(reason);
  return outcome === watch.outcome || isUnclear;
}

function describeTrouble(watch: PlannedWatch, own: readonly NotificationRecord[]): string {
  const told = own.map(({ outcome, reason = '' }) => `${outcome} ${reason}`).join('; ') || 'nothing';
  return `${watch.deploymentId} (${watch.way}): expected ${watch.outcome}, told ${told}`;
}

function findStrangers({ watches, records }: SoakResult): string[] {
  const ids = new Set(watches.map(({ deploymentId }) => deploymentId));
  const strangers = records.filter(({ deploymentId }) => deploymentId === undefined || !ids.has(deploymentId));
  return strangers.map(({ deploymentId, outcome }) => `told of ${deploymentId}, which nobody announced: ${outcome}`);
}

function table(rows: ReadonlyMap<string, Row>): string[] {
  const columns: readonly (keyof Row)[] = ['planned', 'told', 'lost', 'doubled', 'wrong'];
  const write = (head: string, cells: readonly (string | number)[]) =>
    `${head.padEnd(30)} ${cells.map((cell) => String(cell).padStart(8)).join('')}`;
  const lines = [...rows].sort(([one], [other]) => (one < other ? -1 : 1));
  const sums = columns.map((column) => lines.reduce((sum, [, row]) => sum + row[column], 0));
  return [
    write('way              outcome', columns),
    ...lines.map(([head, row]) =>
      write(
        head,
        columns.map((column) => row[column]),
      ),
    ),
    write('all', sums),
  ];
}

function summarise({ watches, executions, requests, seconds }: SoakResult): string {
  const announced = watches.reduce((sum, { announcements }) => sum + announcements, 0);
  const percent = ((100 * requests.failed) / Math.max(1, requests.all)).toFixed(1);
  return (
    `${watches.length} deployments, ${announced} announcements, ${executions} executions, ` +
    `${requests.all} requests of which ${percent} % failed, ${Math.round(seconds)} s`
  );
}
