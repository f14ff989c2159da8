import prettyMilliseconds from 'pretty-ms';

/** What tells how long a deployment in progress will take. */
export interface UsualTime {
  /** How long a deployment of its environment usually takes; null if that is unknown. */
  readonly usualSeconds: number | null;
  /** ISO 8601: when the deployment was created. */
  readonly createdAt: string | undefined;
}

/** Slower than usual by this factor, and by this many seconds, is worth a word. */
const UNUSUALLY_SLOW = { factor: 1.5, seconds: 60 };

/** `usually 2 min more`, or how long it usually takes if that time is over; undefined if it is unknown. */
export function describeUsualTime(time: UsualTime, now: Date): string | undefined {
  const left = usualSecondsLeft(time, now);
  if (left === undefined) return undefined;
  if (left > 0) return `usually ${formatRough(left)} more`;
  const usually = `usually ${formatSeconds(time.usualSeconds ?? 0)}`;
  return isUnusuallySlow(time, now) ? `unusually slow: ${usually}` : usually;
}

/** Negative if it takes longer than usual; undefined if it is unknown. */
export function usualSecondsLeft({ usualSeconds, createdAt }: UsualTime, now: Date): number | undefined {
  if (usualSeconds === null || createdAt === undefined) return undefined;
  // The clocks of two machines may differ.
  const elapsed = Math.max(0, (now.getTime() - Date.parse(createdAt)) / 1000);
  return Math.ceil(usualSeconds - elapsed);
}

export function isUnusuallySlow(time: UsualTime, now: Date): boolean {
  const left = usualSecondsLeft(time, now);
  if (left === undefined || time.usualSeconds === null) return false;
  return -left >= UNUSUALLY_SLOW.seconds && -left > time.usualSeconds * (UNUSUALLY_SLOW.factor - 1);
}

/** `5m 40s`. */
export function formatSeconds(seconds: number): string {
  return prettyMilliseconds(Math.max(0, Math.round(seconds)) * 1000);
}

const MINUTES = new Intl.NumberFormat('en', { style: 'unit', unit: 'minute', unitDisplay: 'short' });
const HOURS = new Intl.NumberFormat('en', { style: 'unit', unit: 'hour', unitDisplay: 'short' });
const SECONDS = new Intl.NumberFormat('en', { style: 'unit', unit: 'second', unitDisplay: 'short' });

/** An estimate is no more exact than whole minutes, and tens of seconds at the end. */
function formatRough(seconds: number): string {
  if (seconds > 90 * 60) return HOURS.format(Math.ceil(seconds / 1800) / 2);
  return seconds > 50 ? MINUTES.format(Math.ceil(seconds / 60)) : SECONDS.format(Math.ceil(seconds / 10) * 10);
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { style: 'narrow' });
const DAY = 24 * 3600;

/** `12m ago`. @param iso ISO 8601 */
export function formatAgo(iso: string, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(iso)) / 1000));
  if (Number.isNaN(seconds)) return iso;
  if (seconds < 60) return RELATIVE.format(-seconds, 'second');
  if (seconds < 3600) return RELATIVE.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 2 * DAY) return RELATIVE.format(-Math.floor(seconds / 3600), 'hour');
  return RELATIVE.format(-Math.floor(seconds / DAY), 'day');
}
