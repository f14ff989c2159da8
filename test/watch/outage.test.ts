import { continueOutage, isPatienceOver, minutesOf, type Outage, type ProblemKind } from '../../lib/watch/outage';
import { answer, watch } from '../support/world';

const START = new Date('2023-01-09T22:00:00.000Z');

function at(seconds: number): Date {
  return new Date(START.getTime() + seconds * 1000);
}

/** An outage of these problems, each at its second. */
function outageOf(...problems: readonly (readonly [seconds: number, kind: ProblemKind])[]): Outage {
  return problems.reduce<Outage | null>((outage, [s, kind]) => continueOutage(outage, kind, at(s)), null) as Outage;
}

describe('patience with one kind of problem', () => {
  test.each<[ProblemKind, number, number]>([
    ['key unusable', 0, 600],
    ['key refused', 0, 600],
    ['not found', 60, 600],
    ['not understood', 300, 300],
    ['unavailable', 600, 600],
    ['secret unavailable', 600, 600],
  ])('%s: %d s before the first usable answer, %d s after it', (kind, first, later) => {
    const outage = outageOf([0, kind]);

    for (const [answered, seconds] of [
      [false, first],
      [true, later],
    ] as const) {
      if (seconds > 0) expect(isPatienceOver(outage, kind, answered, at(seconds - 1))).toBe(false);
      expect(isPatienceOver(outage, kind, answered, at(seconds))).toBe(true);
    }
  });
});

test('each kind has its own patience, counted from when it was first seen', () => {
  const outage = outageOf([0, 'unavailable'], [299, 'not understood']);

  expect(isPatienceOver(outage, 'not understood', true, at(598))).toBe(false);
  expect(isPatienceOver(outage, 'not understood', true, at(599))).toBe(true);
});

test('no outage lasts longer than ten minutes, whatever its kinds', () => {
  const outage = outageOf([0, 'unavailable'], [599, 'not found']);

  expect(isPatienceOver(outage, 'not found', true, at(599))).toBe(false);
  expect(isPatienceOver(outage, 'not found', true, at(600))).toBe(true);
});

test('an API that throttles is alive: patience starts afresh, and the looks are counted on', () => {
  const outage = outageOf([0, 'unavailable'], [590, 'throttled'], [620, 'unavailable']);

  expect(isPatienceOver(outage, 'unavailable', true, at(1189))).toBe(false);
  expect(isPatienceOver(outage, 'unavailable', true, at(1220))).toBe(true);
  expect(isPatienceOver(outage, 'throttled', true, at(100_000))).toBe(false);
  expect(outage.looks).toBe(3);
});

test('the minutes of a sentence are rounded down', () => {
  expect(minutesOf(outageOf([0, 'unavailable']), at(659))).toBe(10);
});

const unauthorized = { status: 401, json: { error: 'Invalid API key' } };
const forbidden = { status: 403, json: {} };
const notFound = { status: 404, json: { error: 'Deployment not found' } };

describe('after a usable answer', () => {
  test.each([
    ['404', notFound],
    ['401', unauthorized],
    ['403', forbidden],
  ])('one %s does not end the watch', async (_, fault) => {
    // A refused key is read again at once, and refused again.
    const run = await watch({ script: ['BUILDING', fault, fault, 'DEPLOYING', fault, fault, 'SUCCESS'] });

    expect(run.notifications).toEqual([expect.objectContaining({ outcome: 'SUCCEEDED' })]);
  });

  test.each([
    ['404', notFound, 'Check the deployment'],
    ['401', unauthorized, 'Create a new key'],
    ['403', forbidden, 'Create a new key'],
  ])('%s for ten minutes ends it with a true sentence', async (status, fault, advice) => {
    const run = await watch({ script: ['BUILDING', fault] });

    expect(run.execution.cause).toBe(
      `No usable answer for 10 minutes, last: GET /api/deployments/clx1: ${run.execution.cause?.split('clx1: ')[1]}`,
    );
    expect(run.execution.cause).toContain(status);
    expect(run.published[0]?.messages.email).toContain(advice);
    expect(run.secondsTaken).toBeGreaterThanOrEqual(600);
    expect(run.secondsTaken).toBeLessThan(720);
  });

  test('a secret that is emptied and filled again costs delay only', async () => {
    const run = await watch({
      script: ['BUILDING', unauthorized, 'SUCCESS'],
      secret: ['CANARY_key_1', '', '', 'CANARY_key_1'],
    });

    expect(run.notifications).toEqual([expect.objectContaining({ outcome: 'SUCCEEDED' })]);
  });
});

test('429 with a short Retry-After for an hour stays far from 25,000 history events, without lingering', async () => {
  const throttled = { status: 429, headers: { 'retry-after': '1' }, json: {} };
  const answerAt = (seconds: number) => (seconds < 3600 ? throttled : answer('SUCCESS'));

  const run = await watch({ script: [{ answerAt }], settings: { pacing: { lingerSeconds: 0 } } });

  expect(run.notifications).toEqual([expect.objectContaining({ outcome: 'SUCCEEDED' })]);
  expect(run.requests.length).toBeLessThan(60);
});

test('what an outage counts goes along from call to call, and ends with an answer', async () => {
  const down = { status: 503, json: {} };
  const answerAt = (seconds: number) => (seconds % 560 < 70 ? answer('BUILDING') : down);

  const run = await watch({ script: [{ answerAt }], settings: { timeoutMinutes: 60, pacing: { lingerSeconds: 30 } } });

  expect(run.execution.error).toMatch(/^(WatchTimedOut|WatchFailed)$/);
  expect(run.execution.cause).toMatch(/time limit/);
});

test('a 404 at the end of an outage does not hide the outage', async () => {
  const answerAt = (seconds: number) => (seconds < 599 ? { status: 503, json: {} } : notFound);

  const run = await watch({ script: [{ answerAt }] });

  expect(run.execution.cause).toMatch(/^No usable answer for 10 minutes, last: GET .*: 404 Deployment not found\.$/);
});
