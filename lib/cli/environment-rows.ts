import type { StoredEnvironment } from '../aws/environment-items';
import type { RunningWatch } from '../aws/running-watches';
import { withoutUndefined } from '../objects';
import type { EnvironmentFacts } from '../watch/stored-verdict';

/** An environment with what runs in it. */
export interface EnvironmentRow {
  /** Undefined: of a watch that has not read its deployment yet. */
  readonly environment?: EnvironmentFacts;
  /** Undefined: without a verdict so far. */
  readonly stored?: StoredEnvironment;
  readonly running: readonly RunningWatch[];
}

export interface EnvironmentRows {
  readonly rows: readonly EnvironmentRow[];
  readonly hiddenPreviews: number;
}

/**
 * A row for each environment that has a verdict or a running watch: those that fail first, then by name.
 *
 * @param previews whether to show preview environments
 */
export function arrangeEnvironments(
  environments: readonly StoredEnvironment[],
  watches: readonly RunningWatch[],
  { previews = false }: { readonly previews?: boolean | undefined },
): EnvironmentRows {
  const all: readonly EnvironmentRow[] = [
    ...collect(environments, watches),
    ...watches.filter(isOfUnknown).map((watch) => ({ running: [watch] })),
  ];
  const shown = all.filter(({ environment }) => previews || !environment?.preview);
  return { rows: shown.toSorted(compareRows), hiddenPreviews: all.length - shown.length };
}

function collect(environments: readonly StoredEnvironment[], watches: readonly RunningWatch[]): EnvironmentRow[] {
  const rows = new Map<string, EnvironmentRow>();
  for (const stored of environments) {
    rows.set(stored.last.environment.key, { environment: stored.last.environment, stored, running: [] });
  }
  for (const watch of watches) {
    const environment = environmentOf(watch);
    if (environment === undefined) continue;
    const row = rows.get(environment.key) ?? { environment, running: [] };
    rows.set(environment.key, { ...row, running: [...row.running, watch] });
  }
  return [...rows.values()];
}

function isOfUnknown(watch: RunningWatch): boolean {
  return environmentOf(watch) === undefined;
}

function environmentOf({ look }: RunningWatch): EnvironmentFacts | undefined {
  const { environment = {}, project } = look?.deployment ?? {};
  const key = environment.id ?? environment.givenId;
  if (key === undefined) return undefined;
  return withoutUndefined({
    key,
    givenId: environment.givenId,
    preview: environment.preview,
    projectId: project?.id,
  });
}

function compareRows(one: EnvironmentRow, other: EnvironmentRow): number {
  return rankOf(one) - rankOf(other) || compareText(nameOf(one), nameOf(other));
}

/** Those that fail, those that do not, those of which nothing is known. */
function rankOf({ environment, stored }: EnvironmentRow): number {
  if (environment === undefined) return 2;
  return stored !== undefined && isFailing(stored) ? 0 : 1;
}

/** A cancelled deployment ends no failure. */
function isFailing({ last, trend, failuresInARow }: StoredEnvironment): boolean {
  return last.outcome === 'FAILED' || failuresInARow !== undefined || trend === 'broke' || trend === 'still failing';
}

function nameOf({ environment }: EnvironmentRow): string {
  return environment?.givenId ?? environment?.key ?? '';
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
