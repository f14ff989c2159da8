import { MAX_SERVICES_IN_LOOK } from '../flightcontrol/services';
import { isDeploymentStatus, stageOf } from '../flightcontrol/statuses';

/** What a round of a watch saw. */
export interface FollowedRound {
  readonly at: Date;
  /** The deployment's; null until it was seen. */
  readonly status: string | null;
  /** A line for each service, `web-api: BUILDING`. */
  readonly services: readonly string[];
}

/** A row of the diagram. */
const MAX_BARS = 30;
const MAX_BARS_PER_SECTION = 10;
/** GitHub draws nothing above 50,000 characters in all; 30 rows of names as long as these make less than 8,000. */
const MAX_NAME_CHARACTERS = 60;

/** The time during which a status was seen. */
interface Bar {
  readonly status: string;
  readonly from: Date;
  until: Date;
  /** The status that was seen after it. */
  next?: string;
}

interface Section {
  readonly name: string;
  readonly bars: readonly Bar[];
  /** Several services have this name: which of them a status belongs to is unknown. */
  readonly isAmbiguous: boolean;
}

/**
 * The phases of a deployment and of its services as a Mermaid diagram, in Markdown. Times are from the first round on.
 *
 * @param rounds oldest first
 * @returns undefined if the rounds saw nothing in progress for as long as a second
 */
export function drawTimeline(rounds: readonly FollowedRound[]): string | undefined {
  const start = rounds[0]?.at.getTime() ?? 0;
  const sections = collectSections(rounds);
  if (!sections.some(({ bars }) => bars.some(hasLasted))) return undefined;
  const drawn = chooseSections(sections);
  const lines = drawn.flatMap(({ name, bars }) => [
    `  section ${plainName(name, 'unnamed')}`,
    ...bars.map((bar) => `  ${drawBar(bar, start)}`),
  ]);
  const unlisted = sections.length - drawn.length;
  const rest = unlisted > 0 ? [countMore(unlisted, rounds)] : [];
  return [['```mermaid', ...HEAD, ...lines, '```'].join('\n'), ...rest].join('\n\n');
}

function countMore(count: number, rounds: readonly FollowedRound[]): string {
  const isCut = rounds.some(({ services }) => services.length >= MAX_SERVICES_IN_LOOK);
  return `and ${isCut ? 'at least ' : ''}${count} more ${count === 1 ? 'service' : 'services'}`;
}

/** A day in which no clock was changed: Mermaid reads and writes in the time zone of the reader. */
const DAY = Date.UTC(1970, 0, 1);
const HEAD = ['gantt', '  dateFormat YYYY-MM-DD HH:mm:ss', '  axisFormat %H:%M:%S', '  todayMarker off'];

/** The deployment's section comes first. */
function collectSections(rounds: readonly FollowedRound[]): Section[] {
  const sections = new Map<string, { name: string; bars: Bar[] }>([['', { name: 'Deployment', bars: [] }]]);
  const ambiguous = new Set<string>();
  for (const { at, status, services } of rounds) {
    if (status !== null) continueBars(sections.get('')?.bars ?? [], status, at);
    for (const [key, { name, status: serviceStatus, isRepeated }] of identify(services)) {
      if (isRepeated) ambiguous.add(name);
      const section = sections.get(key) ?? { name, bars: [] };
      sections.set(key, section);
      continueBars(section.bars, serviceStatus, at);
    }
  }
  const seen = [...sections.values()].filter(({ bars }) => bars.length > 0);
  return seen.map((section) => ({ ...section, isAmbiguous: ambiguous.has(section.name) }));
}

interface ServiceLine {
  readonly name: string;
  readonly status: string;
  readonly isRepeated: boolean;
}

/** Services may share a name: they are counted. */
function identify(services: readonly string[]): Map<string, ServiceLine> {
  const found = new Map<string, ServiceLine>();
  for (const line of services) {
    const [, name = line, status = 'no status'] = /^(.*): (.*)$/s.exec(line) ?? [];
    const first = `1 ${name}`;
    let key = first;
    for (let count = 2; found.has(key); count += 1) key = `${count} ${name}`;
    found.set(key, { name, status, isRepeated: key !== first });
  }
  return found;
}

function continueBars(bars: Bar[], status: string, at: Date): void {
  const last = bars.at(-1);
  if (last !== undefined) last.until = at;
  if (last?.status === status) return;
  if (last !== undefined) last.next = status;
  bars.push({ status, from: at, until: at });
  if (bars.length > MAX_BARS_PER_SECTION) bars.shift();
}

function hasLasted({ status, from, until }: Bar): boolean {
  return isInProgress(status) && until.getTime() - from.getTime() >= 1000;
}

function isInProgress(status: string): boolean {
  return stageOf(status) === 'in progress';
}

/** The deployment, then its services, failed ones first, as many as have room. */
function chooseSections([deployment, ...services]: readonly Section[]): Section[] {
  const known = services.filter(({ isAmbiguous }) => !isAmbiguous);
  const ordered = known.toSorted((one, other) => Number(hasFailed(other)) - Number(hasFailed(one)));
  const chosen: Section[] = [];
  let room = MAX_BARS;
  for (const section of deployment === undefined ? [] : [deployment, ...ordered]) {
    room -= section.bars.length;
    if (room < 0) break;
    chosen.push(section);
  }
  return chosen;
}

function hasFailed({ bars }: Section): boolean {
  return stageOf(bars.at(-1)?.status ?? '') === 'failure';
}

/** A finished status is a moment, not a time. Source: Mermaid docs, Gantt diagrams, Syntax. */
function drawBar(bar: Bar, start: number): string {
  const { status, from, until } = bar;
  const seconds = secondsSince(start, from);
  const end = isInProgress(status) ? formatTime(Math.max(secondsSince(start, until), seconds + 1)) : '0s';
  const tags = isInProgress(status) ? tagOf(bar) : `${tagOf(bar)}, milestone`;
  return `${nameStatus(status)} :${tags}, ${formatTime(seconds)}, ${end}`;
}

function tagOf({ status, next }: Bar): 'active' | 'crit' | 'done' {
  if (stageOf(status) === 'failure' || stageOf(next ?? '') === 'failure') return 'crit';
  return isInProgress(status) && next === undefined ? 'active' : 'done';
}

function secondsSince(start: number, at: Date): number {
  return Math.max(0, Math.round((at.getTime() - start) / 1000));
}

function formatTime(seconds: number): string {
  return new Date(DAY + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** The first word of a row may be one of Mermaid's own, such as `title`; none of the documented statuses is. */
function nameStatus(status: string): string {
  return isDeploymentStatus(status) ? status : `status ${plainName(status, 'unknown')}`;
}

/** Without anything that Mermaid or Markdown could take as syntax. */
function plainName(text: string, fallback: string): string {
  const words = text.replace(/[^\p{L}\p{M}\p{N}\-_./]+/gu, ' ').trim();
  return [...words].slice(0, MAX_NAME_CHARACTERS).join('').trim() || fallback;
}
