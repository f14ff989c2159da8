import fc from 'fast-check';
import { drawTimeline, type FollowedRound } from '../../lib/notification/timeline';

const START = Date.parse('2026-03-29T01:59:50.000Z');

function round(seconds: number, status: string | null, ...services: string[]): FollowedRound {
  return { at: new Date(START + seconds * 1000), status, services };
}

test('the phases of the deployment and of each service are bars, and the one that failed is critical', () => {
  const timeline = drawTimeline([
    round(0, 'INPROGRESS', 'web-api: PENDING', 'worker: PENDING'),
    round(22, 'BUILDING', 'web-api: BUILDING', 'worker: PENDING'),
    round(80, 'BUILDING', 'web-api: BUILDING', 'worker: PENDING'),
    round(95, 'BUILD_ERROR', 'web-api: BUILD_ERROR', 'worker: CANCELLED'),
  ]);

  expect(timeline).toBe(`\`\`\`mermaid
gantt
  dateFormat YYYY-MM-DD HH:mm:ss
  axisFormat %H:%M:%S
  todayMarker off
  section Deployment
  INPROGRESS :done, 1970-01-01 00:00:00, 1970-01-01 00:00:22
  BUILDING :crit, 1970-01-01 00:00:22, 1970-01-01 00:01:35
  BUILD_ERROR :crit, milestone, 1970-01-01 00:01:35, 0s
  section web-api
  PENDING :done, 1970-01-01 00:00:00, 1970-01-01 00:00:22
  BUILDING :crit, 1970-01-01 00:00:22, 1970-01-01 00:01:35
  BUILD_ERROR :crit, milestone, 1970-01-01 00:01:35, 0s
  section worker
  PENDING :done, 1970-01-01 00:00:00, 1970-01-01 00:01:35
  CANCELLED :done, milestone, 1970-01-01 00:01:35, 0s
\`\`\``);
});

test('a service that is still at work when the watch ends is active', () => {
  const timeline = drawTimeline([round(0, 'DEPLOYING', 'web: DEPLOYING'), round(60, 'DEPLOYING', 'web: DEPLOYING')]);

  expect(timeline?.match(/DEPLOYING :active, 1970-01-01 00:00:00, 1970-01-01 00:01:00/g)).toHaveLength(2);
});

test.each([
  ['no round', []],
  ['one round', [round(0, 'BUILDING', 'web: BUILDING')]],
  ['rounds that saw the deployment finished', [round(0, 'SUCCESS', 'web: SUCCESS'), round(9, 'SUCCESS')]],
  ['rounds that saw nothing', [round(0, null), round(9, null)]],
])('%s makes no timeline', (_, rounds) => {
  expect(drawTimeline(rounds)).toBeUndefined();
});

test('services that have no room are counted, and failed ones are drawn first', () => {
  const names = Array.from({ length: 40 }, (_, index) => `service-${index}`);
  const lines = (status: string) => names.map((name) => `${name}: ${status}`);
  const end = lines('SUCCESS').with(39, 'service-39: DEPLOY_ERROR');

  const timeline = drawTimeline([round(0, 'BUILDING', ...lines('BUILDING')), round(60, 'DEPLOY_ERROR', ...end)]) ?? '';

  expect(sectionsOf(timeline)).toEqual(['Deployment', 'service-39', ...names.slice(0, 13)]);
  expect(timeline).toMatch(/```\n\nand 26 more services$/);
});

test('services with the same name are counted: nobody knows which of them a status belongs to', () => {
  const timeline = drawTimeline([
    round(0, 'BUILDING', 'api: BUILDING', 'web: BUILDING', 'web: PENDING'),
    round(60, 'BUILDING', 'api: BUILDING', 'web: BUILDING', 'web: DEPLOYING'),
  ]);

  expect(sectionsOf(timeline ?? '')).toEqual(['Deployment', 'api']);
  expect(timeline).toMatch(/\nand 2 more services$/);
});

test('of services that may be more than a look lists, no number is given as exact', () => {
  const services = Array.from({ length: 300 }, (_, number) => `web-${number}: BUILDING`);

  const timeline = drawTimeline([round(0, 'BUILDING', ...services), round(60, 'BUILDING', ...services)]);

  expect(timeline).toMatch(/\nand at least \d+ more services$/);
});

test('names of scripts with combining marks stay whole', () => {
  const timeline = drawTimeline([round(0, 'BUILDING', 'हिन्दी सेवा: BUILDING'), round(60, 'BUILDING')]);

  expect(timeline).toContain('\n  section हिन्दी सेवा\n');
});

test('a status that Mermaid would take as a command of its own does not begin a row', () => {
  const timeline = drawTimeline([round(0, 'BUILDING', 'a: title b', 'c: gantt'), round(9, 'BUILDING')]);

  expect(timeline).toContain('\n  status title b :active, ');
  expect(timeline).toContain('\n  status gantt :active, ');
});

/** Source: Mermaid's grammar of gantt diagrams, as far as it is used here. */
const TIME = String.raw`1970-01-\d\d \d\d:\d\d:\d\d`;
const NAME = String.raw`[\p{L}\p{M}\p{N}\-_./](?:[\p{L}\p{M}\p{N}\-_./ ]{0,58}[\p{L}\p{M}\p{N}\-_./])?`;
const SECTION = new RegExp(`^  section (${NAME})$`, 'u');
const BAR = new RegExp(
  `^  (?:[A-Z_]+|status ${NAME}) :(?:active|crit|done)(?:, ${TIME}, ${TIME}|, milestone, ${TIME}, 0s)$`,
  'u',
);
const HEAD = [
  '```mermaid',
  'gantt',
  '  dateFormat YYYY-MM-DD HH:mm:ss',
  '  axisFormat %H:%M:%S',
  '  todayMarker off',
] as const;

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(fc.constantFrom('```', '\n', '%%', '%%{init: {}}%%', ';', '#', ':', ': ', 'section x', 'click a', 'é', '💥'))
    .map((parts) => parts.join('')),
  fc.constantFrom('title x', 'dateFormat X', '2026-01-01', 'end', 'BUILDING', 'SUCCESS', 'BUILD_ERROR', ''),
);
const hostileRounds = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 90_000 }).map((seconds) => new Date(START + seconds * 1000)),
    status: fc.option(hostileText),
    services: fc.array(fc.tuple(hostileText, hostileText).map(([name, status]) => `${name}: ${status}`)),
  }),
  { maxLength: 40 },
);

test('whatever the API says, the diagram has only well-formed lines, 30 rows and 20,000 characters', () => {
  let drawn = 0;

  fc.assert(
    fc.property(hostileRounds, (rounds) => {
      const timeline = drawTimeline(rounds);
      if (timeline === undefined) return;
      drawn += 1;
      const lines = timeline.split('\n');
      const end = lines.indexOf('```');
      const rows = lines.slice(HEAD.length, end);

      expect(lines.slice(0, HEAD.length)).toEqual(HEAD);
      expect(rows.filter((line) => !SECTION.test(line) && !BAR.test(line))).toEqual([]);
      expect(rows.filter((line) => BAR.test(line) && !SECTION.test(line)).length).toBeLessThanOrEqual(30);
      expect(timeline.length).toBeLessThanOrEqual(20_000);
      expect(lines.slice(end + 1).join('\n')).toMatch(/^(\nand \d+ more services?)?$/);
    }),
  );

  expect(drawn).toBeGreaterThan(10);
});

function sectionsOf(timeline: string): string[] {
  return [...timeline.matchAll(/^ {2}section (.+)$/gm)].map(([, name = '']) => name);
}
