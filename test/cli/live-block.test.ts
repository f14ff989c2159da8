import fc from 'fast-check';
import { type BlockContent, layOutBlock } from '../../lib/cli/live-block';
import { tries } from '../support/thorough';

const plain = (text: string) => ({ text, style: String });

function content(changes: Partial<BlockContent> = {}): BlockContent {
  return { title: plain('clx1'), phase: plain('BUILDING'), time: plain('03:07'), services: [], notes: [], ...changes };
}

function services(count: number, status: string): string[] {
  return Array.from({ length: count }, (_, index) => `${status.toLowerCase()}-${index}: ${status}`);
}

const MANY = [...services(20, 'SUCCESS'), ...services(5, 'BUILDING'), ...services(1, 'DEPLOY_ERROR')];

test('the header comes first, then the services: failed, in progress, finished', () => {
  const mixed = ['a: SUCCESS', 'b: BUILDING', 'c: CANCELLED', 'd: BUILD_ERROR', 'e: HIBERNATING', 'f: NO_CHANGE'];

  expect(layOutBlock(content({ services: mixed }), { columns: 80, rows: 24 })).toEqual([
    'clx1  BUILDING  03:07',
    '  d: BUILD_ERROR',
    '  b: BUILDING',
    '  e: HIBERNATING',
    '  a: SUCCESS',
    '  f: NO_CHANGE',
    '  c: CANCELLED',
  ]);
});

test('services that do not fit are counted by status', () => {
  expect(layOutBlock(content({ services: MANY }), { columns: 80, rows: 8 })).toEqual([
    'clx1  BUILDING  03:07',
    '  deploy_error-0: DEPLOY_ERROR',
    '  building-0: BUILDING',
    '  building-1: BUILDING',
    '  building-2: BUILDING',
    '  building-3: BUILDING',
    '  and 21 more: 20 SUCCESS, 1 BUILDING',
  ]);
});

test.each([
  [1, ['clx1  BUILDING  03:07']],
  [2, ['clx1  BUILDING  03:07']],
  [3, ['clx1  BUILDING  03:07', '  26 services: 20 SUCCESS, 5 BUILDING, 1 DEPLOY_ERROR']],
  [4, ['clx1  BUILDING  03:07', '  deploy_error-0: DEPLOY_ERROR', '  and 25 more: 20 SUCCESS, 5 BUILDING']],
])('a window of %d rows shows the header and what fits', (rows, lines) => {
  expect(layOutBlock(content({ services: MANY }), { columns: 80, rows })).toEqual(lines);
});

test('what is wrong has a line before the services have one, and more lines if there is room', () => {
  const notes = [plain(`GET /deployments/clx1: ${'x'.repeat(30)} ENOTFOUND`)];

  expect(layOutBlock(content({ services: MANY, notes }), { columns: 40, rows: 3 })).toEqual([
    'clx1  BUILDING  03:07',
    '  GET /deployments/clx1: xxxxxxxxxxxx…',
  ]);
  expect(layOutBlock(content({ services: MANY, notes }), { columns: 40, rows: 6 })).toEqual([
    'clx1  BUILDING  03:07',
    '  deploy_error-0: DEPLOY_ERROR',
    '  and 25 more: 20 SUCCESS, 5 BUILDING',
    '  GET /deployments/clx1: xxxxxxxxxxxxxx',
    '  xxxxxxxxxxxxxxxx ENOTFOUND',
  ]);
});

test('each of two notes has a line', () => {
  const notes = [plain('the API is down'), plain('AWS is down')];

  expect(layOutBlock(content({ services: MANY, notes }), { columns: 40, rows: 6 })).toEqual([
    'clx1  BUILDING  03:07',
    '  deploy_error-0: DEPLOY_ERROR',
    '  and 25 more: 20 SUCCESS, 5 BUILDING',
    '  the API is down',
    '  AWS is down',
  ]);
});

test('on a narrow window the title gives way to the phase and the time', () => {
  const title = plain('clcpcxekt000lc9ojqtgtc26y');

  expect(layOutBlock(content({ title }), { columns: 31, rows: 24 })).toEqual(['clcpcxekt00…  BUILDING  03:07']);
});

test('a long name is cut to the width that it takes on the screen, and its status stays', () => {
  expect(layOutBlock(content({ services: ['部署服务部署服务: BUILDING'] }), { columns: 23, rows: 24 })[1]).toBe(
    '  部署服务…: BUILDING',
  );
});

test('a window that is too narrow for a status cuts it, too', () => {
  expect(layOutBlock(content({ services: ['web-api: BUILDING'] }), { columns: 12, rows: 24 })[1]).toBe('  w…: BU…');
});

test('no text becomes a command to a CI runner, also where it is folded', () => {
  const notes = [plain(`${'x'.repeat(38)}::error::y`)];

  const block = layOutBlock(content({ title: plain('##[x]'), notes, services: ['::y: BUILDING'] }), {
    columns: 41,
    rows: 24,
  });

  expect(block).toEqual(['# #[x]  BUILDING  03:07', '  : :y: BUILDING', `  ${'x'.repeat(38)}`, '  : :error::y']);
});

test('whatever the texts and the window, no line is wrapped, none is too many, and the header is there', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 }));
  const size = fc.record({ columns: fc.integer({ min: 1, max: 60 }), rows: fc.integer({ min: 1, max: 12 }) });
  const style = (shown: string) => `\u001b[2m${shown}\u001b[22m`;

  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 20 }),
      fc.array(text, { maxLength: 3 }),
      text,
      size,
      (names, reasons, title, window) => {
        const notes = reasons.map((reason) => ({ text: reason, style }));
        const lines = layOutBlock(content({ services: names, notes, title: { text: title, style } }), window);

        expect(lines.length).toBeLessThanOrEqual(Math.max(1, window.rows - 1));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the styles, which take no room.
        const shown = lines.map((line) => line.replace(/\u001b\[\d+m/g, ''));
        expect(shown.filter((line) => [...line].length > window.columns || line.includes('\n'))).toEqual([]);
        if (window.columns > 18) expect(shown[0]).toContain('BUILDING  03:07');
      },
    ),
    tries(30, 250),
  );
});
