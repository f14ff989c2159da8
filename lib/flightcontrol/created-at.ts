/** `2023-01-09 22:10:02.381`, or ISO 8601, with or without a time zone. */
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:(Z)|([+-]\d\d)(?::?(\d\d))?)?$/i;

/**
 * Reads the time of a deployment's creation; without a time zone it is UTC.
 *
 * @returns ISO 8601, UTC; undefined for any other text, and for a day that no calendar has
 */
export function readCreatedAt(text: string | undefined): string | undefined {
  const [, day = '', time = '', , hours, minutes = '00'] = TIME.exec(text ?? '') ?? [];
  if (toIsoTime(`${day}T00:00Z`)?.startsWith(day) !== true) return undefined;
  return toIsoTime(`${day}T${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
}

/** Times whose ISO 8601 form has four digits for the year, and sorts as text. */
const YEAR_1 = Date.parse('0001-01-01T00:00:00Z');
const YEAR_10000 = Date.UTC(10_000, 0, 1);

/** `Date` reads February 31 as March 3. */
function toIsoTime(text: string): string | undefined {
  const time = new Date(text);
  const isInRange = time.getTime() >= YEAR_1 && time.getTime() < YEAR_10000;
  return isInRange ? time.toISOString() : undefined;
}
