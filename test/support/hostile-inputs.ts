/** Texts of about this length that a careless pattern takes quadratic time for. */
export const HOSTILE_TEXTS: Readonly<Record<string, (length: number) => string>> = {
  letters: repeat('a'),
  digits: repeat('9'),
  spaces: around(' ', 'x'),
  tabs: around('\t', 'x'),
  'line breaks': around('\n', 'x'),
  'carriage returns': around('\r', 'x'),
  'line separators': repeat('\u2028'),
  'full stops': around('.', 'x'),
  colons: around(':', 'x'),
  hyphens: around('-', '!'),
  slashes: around('/', '?'),
  'path segments': around('/a', '?'),
  backslashes: repeat('\\'),
  quotes: repeat('"'),
  'at signs': around('a@', ' '),
  'addresses of users': around('//a:b', ' '),
  percent: repeat('%41'),
  'escape and bracket': repeat('\u001b]'),
  'an escape that never ends': (length) => `\u001b]${'a'.repeat(length)}`,
  'escapes that never end': repeat('\u001b]0;a'),
  'control sequences': repeat('\u001b['),
  'a control sequence that never ends': (length) => `\u001b[${'0'.repeat(length)}\n`,
  'control sequences with spaces': repeat('\u001b[0 '),
  escapes: repeat('\u001b'),
  'escape and space': repeat('\u001b '),
  'one-byte control sequences': repeat('\u009b0'),
  'control characters': repeat('\u0000'),
  'half characters': repeat('\ud83d'),
  emoji: repeat('🚀'),
  'combining marks': repeat('e\u0301'),
  'directional overrides': repeat('\u202e'),
  'invisible characters': repeat('\u200b'),
  noncharacters: repeat('\ufffe'),
  bearers: repeat('Bearer '),
  placeholders: repeat('<x'),
  'workflow commands': repeat('::error::'),
  'runner commands': repeat('##['),
  'open lists': repeat('['),
  'open objects': repeat('{"a":'),
};

function repeat(unit: string): (length: number) => string {
  return (length) => unit.repeat(Math.ceil(length / unit.length));
}

/** Between two other characters, so that neither end of a pattern matches. */
function around(unit: string, end: string): (length: number) => string {
  return (length) => end + repeat(unit)(length) + end;
}

/** JSON of about this length, of any shape, for the error of a service or a field of an answer. */
export const HOSTILE_JSON: Readonly<Record<string, (length: number) => unknown>> = {
  'a long list': (length) => Array.from({ length: length / 2 }, () => 0),
  'a list of empty lists': (length) => Array.from({ length: length / 3 }, () => []),
  'a list of texts': (length) => Array.from({ length: length / 4 }, () => 'a'),
  'a wide object': (length) =>
    Object.fromEntries(Array.from({ length: length / 14 }, (_, index) => [`n${index}`, index])),
  'a deep list': (length) => nest(Math.min(length / 2, 2000), (inner) => [inner]),
  'a deep object': (length) => nest(Math.min(length / 7, 2000), (inner) => ({ a: inner })),
  'typed messages': (length) => Array.from({ length: length / 30 }, () => [{ type: 'T', message: 'm', more: [1] }]),
  'messages in messages': (length) => nest(Math.min(length / 14, 2000), (inner) => ({ message: inner, type: 'T' })),
  'objects with a prototype': () =>
    JSON.parse('{"__proto__": {"a": 1}, "constructor": {"prototype": 1}, "toString": 2}'),
};

function nest(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'core';
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}
