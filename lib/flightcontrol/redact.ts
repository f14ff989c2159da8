/** Removes a secret from a text. */
export type Redact = (text: string) => string;

const MARK = '[redacted]';

/** A shorter key, or a shorter part of one, could be part of an ordinary word. */
const SHORTEST_PART = 8;

/** Letters alone are a part of the key only from here on: a key may begin with somebody's name. */
const SHORTEST_PART_OF_LETTERS = 16;

/** What may stand between two characters of a key and does not hide it: spaces, backslashes, and what nobody sees. */
const GAP = /[\s\\\ufffd\p{C}\p{Default_Ignorable_Code_Point}]/u;
const GAPS = new RegExp(GAP, 'gu');

interface Range {
  readonly from: number;
  to: number;
}

/**
 * Finds the API key, as it is, percent-encoded and in Base64, and any telling part of it. For texts that are clean and not yet cut:
 * in a cut text, half a key could stay.
 */
export function redactorOf(apiKey: string): Redact {
  const encoded = encodeURIComponent(apiKey);
  const lowerCase = encoded.replace(/%../g, (octet) => octet.toLowerCase());
  const bytes = Buffer.from(apiKey);
  const inBase64 = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  const forms = [apiKey, encoded, lowerCase, ...inBase64].map((form) => form.replace(GAPS, ''));
  const parts = new Set(forms.flatMap(partsOf));
  const shortestOfLetters = Math.min(SHORTEST_PART_OF_LETTERS, forms[0]?.length ?? 0);
  return (text) => {
    const ranges = findParts(text.replace(GAPS, ''), parts, shortestOfLetters);
    return ranges.length === 0 ? text : replaceRanges(text, ranges);
  };
}

function partsOf(form: string): string[] {
  const count = Math.max(0, form.length - SHORTEST_PART + 1);
  return Array.from({ length: count }, (_, index) => form.slice(index, index + SHORTEST_PART));
}

/** Where a text without gaps agrees with the key: ranges that do not touch, in order. */
function findParts(letters: string, parts: ReadonlySet<string>, shortestOfLetters: number): Range[] {
  const ranges: Range[] = [];
  for (let from = 0; from + SHORTEST_PART <= letters.length; from += 1) {
    if (!parts.has(letters.slice(from, from + SHORTEST_PART))) continue;
    const to = from + SHORTEST_PART;
    const last = ranges.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else ranges.push({ from, to });
  }
  return ranges.filter(({ from, to }) => to - from >= shortestOfLetters || /\d/.test(letters.slice(from, to)));
}

/** @param ranges as they are in the text without its gaps */
function replaceRanges(text: string, ranges: readonly Range[]): string {
  let [redacted, copied, place, count] = ['', 0, 0, 0];
  const next = ranges[Symbol.iterator]();
  let range = next.next().value;
  for (const character of text) {
    if (!GAP.test(character)) {
      if (range !== undefined && count === range.from) redacted += text.slice(copied, place) + MARK;
      count += character.length;
      if (range !== undefined && count === range.to) {
        copied = place + character.length;
        range = next.next().value;
      }
    }
    place += character.length;
  }
  return redacted + text.slice(copied);
}
