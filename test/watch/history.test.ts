import * as fc from 'fast-check';
import { type PastVerdict, type PresentDeployment, readHistory, usualSecondsOf } from '../../lib/watch/history';
import { pastVerdict as verdict } from '../support/past-verdict';

function present(number: number, outcome: PresentDeployment['outcome'], status?: string): PresentDeployment {
  const { deploymentId, startedAt } = verdict(number, 'SUCCEEDED');
  return { deploymentId, startedAt, outcome, status };
}

const COMPLETE = { isComplete: true };

describe('the trend', () => {
  test.each([
    { past: '', now: 'SUCCEEDED', trend: 'first', failures: undefined },
    { past: '', now: 'FAILED', trend: 'first', failures: 1 },
    { past: 'S', now: 'SUCCEEDED', trend: 'healthy', failures: undefined },
    { past: 'S', now: 'FAILED', trend: 'broke', failures: 1 },
    { past: 'SF', now: 'FAILED', trend: 'still failing', failures: 2 },
    { past: 'SFF', now: 'SUCCEEDED', trend: 'recovered', failures: 2 },
    { past: 'SFCN', now: 'FAILED', trend: 'still failing', failures: 2 },
    { past: 'SCN', now: 'SUCCEEDED', trend: 'healthy', failures: undefined },
    { past: 'CN', now: 'SUCCEEDED', trend: 'first', failures: undefined },
    { past: 'SF', now: 'CANCELLED', trend: undefined, failures: undefined },
    { past: 'SF', now: 'TIMED_OUT', trend: undefined, failures: undefined },
    { past: 'SF', now: 'WATCH_FAILED', trend: undefined, failures: undefined },
  ] as const)('after "$past", $now is $trend', ({ past, now, trend, failures }) => {
    const history = readHistory(present(past.length, now), verdictsOf(past), COMPLETE);

    expect(history.trend).toBe(trend);
    expect(history.failuresInARow).toBe(failures);
  });

  test('a deployment without changes has none', () => {
    const history = readHistory(present(2, 'SUCCEEDED', 'NO_CHANGE'), verdictsOf('SF'), COMPLETE);

    expect(history).toEqual({
      previous: expect.objectContaining({ deploymentId: 'deploy-1', outcome: 'FAILED' }),
      lastSuccess: expect.objectContaining({ deploymentId: 'deploy-0' }),
    });
  });

  test('is unknown if older verdicts may count', () => {
    const history = readHistory(present(2, 'SUCCEEDED'), verdictsOf('NC'), { isComplete: false });

    expect(history).toEqual({});
  });
});

test('failures are not counted if there may be more than were read', () => {
  const history = readHistory(present(3, 'FAILED'), verdictsOf('FFF'), { isComplete: false });

  expect(history.trend).toBe('still failing');
  expect(history).not.toHaveProperty('failuresInARow');
  expect(history).not.toHaveProperty('lastSuccess');
});

test('the last success carries what it takes to deploy it again', () => {
  const past = [verdict(0, 'SUCCEEDED', { branch: 'main', commit: '01e573f' }), verdict(1, 'FAILED')];

  expect(readHistory(present(2, 'FAILED'), past, COMPLETE).lastSuccess).toEqual({
    deploymentId: 'deploy-0',
    branch: 'main',
    commit: '01e573f',
    endedAt: '2026-01-01T00:05:00.000Z',
  });
});

describe('a deployment that is watched again', () => {
  test('is not its own previous verdict', () => {
    const history = readHistory(present(1, 'SUCCEEDED'), [verdict(0, 'SUCCEEDED'), verdict(1, 'FAILED')], COMPLETE);

    expect(history.trend).toBe('healthy');
  });

  test('counts once for those that follow, with its later verdict', () => {
    const again = verdict(1, 'SUCCEEDED', {
      startedAt: '2026-01-01T01:30:00.000Z',
      endedAt: '2026-01-01T01:35:00.000Z',
    });
    const past = [again, verdict(1, 'FAILED'), verdict(0, 'SUCCEEDED')];

    expect(readHistory(present(2, 'SUCCEEDED'), past, COMPLETE).trend).toBe('healthy');
  });
});

test('deployments that were created at the same time follow each other as they ended', () => {
  const startedAt = '2026-01-01T00:00:00.000Z';
  const past = [
    verdict(1, 'FAILED', { startedAt, deploymentId: 'a' }),
    verdict(0, 'SUCCEEDED', { startedAt, deploymentId: 'z' }),
    verdict(2, 'FAILED', { startedAt, deploymentId: 'b' }),
  ];
  const last = { deploymentId: 'm', outcome: 'SUCCEEDED', startedAt, endedAt: '2026-01-01T09:00:00.000Z' } as const;

  expect(readHistory(last, past, COMPLETE)).toMatchObject({
    trend: 'recovered',
    failuresInARow: 2,
    lastSuccess: { deploymentId: 'z' },
  });
});

describe('a deployment that is told of late', () => {
  test('says what has ended since, and what came before it', () => {
    const past = [verdict(0, 'SUCCEEDED'), verdict(2, 'FAILED'), verdict(3, 'SUCCEEDED'), verdict(4, 'CANCELLED')];

    expect(readHistory(present(1, 'FAILED'), past, COMPLETE)).toMatchObject({
      trend: 'broke',
      lastSuccess: { deploymentId: 'deploy-0' },
      supersededBy: { deploymentId: 'deploy-3', outcome: 'SUCCEEDED' },
    });
  });

  test('keeps its place if the time of its creation is unknown and it is watched again', () => {
    const past = [verdict(0, 'SUCCEEDED'), verdict(1, 'FAILED'), verdict(2, 'SUCCEEDED')];
    const again = { ...present(1, 'FAILED'), startedAt: '2026-01-01T03:00:00.000Z' };

    expect(readHistory(again, past, COMPLETE)).toMatchObject({
      trend: 'broke',
      supersededBy: { deploymentId: 'deploy-2' },
    });
  });
});

describe('the usual duration', () => {
  const success = (number: number, durationSeconds: number) => verdict(number, 'SUCCEEDED', { durationSeconds });

  test('is the median of the successes, which one outlier does not change much', () => {
    expect(usualSecondsOf([success(2, 300), success(1, 9000), success(0, 310)])).toBe(310);
  });

  test('leaves out what no deployment can take', () => {
    const nonsense = [success(5, 0), success(4, 9e15), success(3, 56 * 365 * 24 * 3600)];

    expect(usualSecondsOf([...nonsense, success(2, 300), success(1, 320), success(0, 310)])).toBe(310);
  });

  test('is unknown for two', () => {
    expect(usualSecondsOf([success(1, 300), success(0, 310)])).toBeUndefined();
  });

  test('leaves out failures and deployments without changes', () => {
    const others = [
      verdict(3, 'FAILED', { durationSeconds: 10 }),
      verdict(4, 'SUCCEEDED', { status: 'NO_CHANGE', durationSeconds: 1 }),
    ];

    expect(usualSecondsOf([...others, success(2, 300), success(1, 320), success(0, 310)])).toBe(310);
  });
});

describe('for any history', () => {
  const outcomes = fc.constantFrom<PastVerdict['outcome']>('SUCCEEDED', 'FAILED', 'CANCELLED');
  const verdicts = fc.array(
    fc.record({ outcome: outcomes, status: fc.constantFrom('SUCCESS', 'NO_CHANGE', 'ERROR'), seconds: fc.nat(10_000) }),
    { maxLength: 40 },
  );
  const histories = verdicts.map((items) =>
    items.map(({ outcome, status, seconds }, number) =>
      verdict(number, outcome, { status: outcome === 'SUCCEEDED' ? status : outcome, durationSeconds: seconds }),
    ),
  );
  const presents = fc.record({
    outcome: fc.constantFrom<PresentDeployment['outcome']>('SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT'),
    at: fc.nat(45),
  });

  test('neither the order of arrival nor a repeated verdict changes anything', () => {
    fc.assert(
      fc.property(histories, presents, fc.infiniteStream(fc.nat()), (all, { outcome, at }, random) => {
        const shuffled = [...all, ...all.filter((_, index) => index % 3 === 0)]
          .map((item) => ({ item, place: random.next().value as number }))
          .toSorted((one, other) => one.place - other.place)
          .map(({ item }) => item);

        expect(readHistory(present(at, outcome), shuffled, COMPLETE)).toEqual(
          readHistory(present(at, outcome), all, COMPLETE),
        );
      }),
    );
  });

  test('cancelled deployments, those without changes and its own earlier verdict change nothing, later ones only say that they are there', () => {
    fc.assert(
      fc.property(histories, presents, (all, { outcome, at }) => {
        const counting = all.filter(
          (item, number) => number < at && item.outcome !== 'CANCELLED' && item.status !== 'NO_CHANGE',
        );

        const { supersededBy, ...before } = readHistory(present(at, outcome), all, COMPLETE);

        expect(before).toEqual(readHistory(present(at, outcome), counting, COMPLETE));
        expect(supersededBy !== undefined).toBe(
          all.some((item, number) => number > at && item.outcome !== 'CANCELLED' && item.status !== 'NO_CHANGE'),
        );
      }),
    );
  });

  test('a part of it never says more than all of it, unless it is taken for complete', () => {
    fc.assert(
      fc.property(histories, presents, fc.nat(40), (all, { outcome, at }, count) => {
        const before = all.slice(0, at);
        const whole = readHistory(present(at, outcome), before, COMPLETE);
        const newest = readHistory(present(at, outcome), before.slice(-count - 1), { isComplete: false });
        const { usualSeconds: _, ...said } = newest;

        expect(whole).toMatchObject(said);
      }),
    );
  });
});

/** `S` succeeded, `F` failed, `C` cancelled, `N` without changes: the oldest first. */
function verdictsOf(letters: string): PastVerdict[] {
  const read: Record<string, (number: number) => PastVerdict> = {
    S: (number) => verdict(number, 'SUCCEEDED'),
    F: (number) => verdict(number, 'FAILED'),
    C: (number) => verdict(number, 'CANCELLED'),
    N: (number) => verdict(number, 'SUCCEEDED', { status: 'NO_CHANGE' }),
  };
  return [...letters].flatMap((letter, number) => read[letter]?.(number) ?? []);
}
