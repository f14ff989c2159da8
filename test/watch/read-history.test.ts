import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { FlightcontrolError } from '../../lib/flightcontrol/client';
import type { Deployment } from '../../lib/flightcontrol/deployment';
import type { PastVerdict, Verdicts } from '../../lib/watch/history';
import type { Look } from '../../lib/watch/look';
import { type PollEvent, poll } from '../../lib/watch/poll';
import type { ReadVerdicts } from '../../lib/watch/read-history';
import { QUIET } from '../support/poll-dependencies';

const STARTED_AT = '2026-01-01T10:00:05.000Z';

/** One that was created an hour after the one before it, and took as long as its hour says. */
function past(hour: number, outcome: PastVerdict['outcome'] = 'SUCCEEDED'): PastVerdict {
  return {
    deploymentId: `deploy-${hour}`,
    outcome,
    startedAt: `2026-01-01T0${hour}:00:00.000Z`,
    endedAt: `2026-01-01T0${hour}:05:00.000Z`,
    durationSeconds: 300 + hour,
    commit: `c0ffee${hour}`,
  };
}

const HEALTHY: Verdicts = { verdicts: [past(3), past(2), past(1)], isComplete: true };

const DEPLOYMENT: Omit<Deployment, 'status'> = {
  deploymentId: 'clx1',
  createdAt: '2026-01-01T10:00:00.000Z',
  environment: { id: 'env-1', givenId: 'production' },
  repository: { branch: 'main' },
  services: [],
};

interface Question {
  readonly environmentKey: string;
  readonly milliseconds: number;
}

/** A history that answers this, and what it was asked. */
function historyOf(answer: Verdicts | undefined) {
  const questions: Question[] = [];
  const readVerdicts: ReadVerdicts = async (environmentKey, milliseconds) => {
    questions.push({ environmentKey, milliseconds });
    return answer;
  };
  return { questions, readVerdicts };
}

interface Round {
  readonly statuses: readonly string[];
  readonly readVerdicts?: ReadVerdicts;
  readonly look?: Look | null;
  readonly deployment?: Partial<Deployment>;
  readonly timeoutMinutes?: number;
  readonly lingerSeconds?: number;
  /** Of the watch, in seconds. */
  readonly age?: number;
}

const NO_ANSWER = 'no answer';

/** One call of the poll function, at ten in the morning: a look for each status, the last of which stays. */
async function pollOnce(round: Round) {
  const { statuses, readVerdicts, look = null, deployment, timeoutMinutes = 60, lingerSeconds = 60, age = 300 } = round;
  let [looks, milliseconds] = [0, age * 1000];
  const event: PollEvent = {
    input: { deploymentId: 'clx1' },
    execution: { arn: 'arn:execution', startedAt: STARTED_AT },
    settings: { timeoutMinutes, pacing: { ...DEFAULT_PACING, lingerSeconds } },
    look,
  };
  const getDeployment = async () => {
    const status = statuses[Math.min(looks++, statuses.length - 1)] ?? '';
    if (status === NO_ANSWER) throw new FlightcontrolError('unavailable', 'GET /api/deployments/clx1: 502');
    return { ...DEPLOYMENT, ...deployment, status };
  };
  return poll(event, {
    ...QUIET,
    getDeployment,
    readVerdicts,
    now: () => new Date(Date.parse(STARTED_AT) + milliseconds),
    sleep: async (time) => {
      milliseconds += time;
    },
  });
}

describe('a watch that has ended', () => {
  test('reads the history of its environment once, and tells of it', async () => {
    const { questions, readVerdicts } = historyOf({ verdicts: [past(2, 'FAILED'), past(1)], isComplete: true });

    const { notification } = await pollOnce({ statuses: ['BUILD_ERROR'], readVerdicts });

    expect(questions).toEqual([{ environmentKey: 'env-1', milliseconds: 2000 }]);
    expect(notification?.record.history).toMatchObject({
      trend: 'still failing',
      failuresInARow: 2,
      lastSuccess: { deploymentId: 'deploy-1', commit: 'c0ffee1' },
    });
    expect(notification?.attributes.trend?.StringValue).toBe('still failing');
  });

  test('asks by the given id if the API names no other', async () => {
    const { questions, readVerdicts } = historyOf(HEALTHY);

    await pollOnce({ statuses: ['SUCCESS'], readVerdicts, deployment: { environment: { givenId: 'production' } } });

    expect(questions).toMatchObject([{ environmentKey: 'production' }]);
  });

  test.each([
    ['is unknown', undefined as never],
    ['is in the future', '2099-01-01T00:00:00.000Z'],
  ])('is placed by the start of its watch if the time of its creation %s', async (_, createdAt) => {
    const later = { ...past(3, 'FAILED'), startedAt: '2026-01-02T00:00:00.000Z' };
    const { readVerdicts } = historyOf({ verdicts: [later, past(1)], isComplete: true });

    const { notification } = await pollOnce({ statuses: ['SUCCESS'], readVerdicts, deployment: { createdAt } });

    expect(notification?.record.history).toMatchObject({ trend: 'healthy', supersededBy: { outcome: 'FAILED' } });
  });

  test('asks nobody about an environment that is not known', async () => {
    const { questions, readVerdicts } = historyOf(HEALTHY);

    const { notification } = await pollOnce({ statuses: ['SUCCESS'], readVerdicts, deployment: { environment: {} } });

    expect(questions).toEqual([]);
    expect(notification?.record.history).toBeUndefined();
  });

  test('tells the same without a history, and with one that cannot be read', async () => {
    const without = await pollOnce({ statuses: ['SUCCESS'] });
    const unreadable = await pollOnce({ statuses: ['SUCCESS'], readVerdicts: historyOf(undefined).readVerdicts });

    expect(unreadable).toEqual(without);
    expect(without.notification?.record).not.toHaveProperty('history');
  });

  test('in vain knows its history, too', async () => {
    const look = await pollOnce({ statuses: ['BUILDING'] });
    const { questions, readVerdicts } = historyOf(HEALTHY);

    const end = await pollOnce({ statuses: ['BUILDING'], look, readVerdicts, timeoutMinutes: 5 });

    expect(end).toMatchObject({ outcome: 'TIMED_OUT', notification: { record: { history: { usualSeconds: 302 } } } });
    expect(end.notification?.record.history).not.toHaveProperty('trend');
    expect(questions).toHaveLength(1);
  });
});

describe('a watch in progress', () => {
  test('knows nothing at its first look, which nothing delays', async () => {
    const { questions, readVerdicts } = historyOf(HEALTHY);

    const look = await pollOnce({ statuses: ['BUILDING'], readVerdicts });

    expect(look).toMatchObject({ usualSeconds: null, usualAsked: false });
    expect(questions).toEqual([]);
  });

  test('asks once how long it usually takes, while it waits for a look, and keeps the answer', async () => {
    const { questions, readVerdicts } = historyOf(HEALTHY);
    const first = await pollOnce({ statuses: ['DEPLOYING'], readVerdicts });

    const second = await pollOnce({ statuses: ['DEPLOYING'], look: first, readVerdicts });
    const third = await pollOnce({ statuses: ['PENDING'], look: second, readVerdicts });

    expect(second).toMatchObject({ outcome: 'IN_PROGRESS', usualSeconds: 302, usualAsked: true });
    expect(third).toMatchObject({ outcome: 'IN_PROGRESS', usualSeconds: 302 });
    expect(questions).toHaveLength(1);
  });

  test('gives the history no more time than there is until the next look', async () => {
    const { questions, readVerdicts } = historyOf(HEALTHY);
    const first = await pollOnce({ statuses: ['DEPLOYING'] });
    const pacing = { ...DEFAULT_PACING, deployingSeconds: 1, lingerSeconds: 3 };

    await poll(
      {
        input: { deploymentId: 'clx1' },
        execution: { arn: 'arn:execution', startedAt: new Date().toISOString() },
        settings: { timeoutMinutes: 60, pacing },
        look: first,
      },
      {
        ...QUIET,
        getDeployment: async () => ({ ...DEPLOYMENT, createdAt: new Date().toISOString(), status: 'DEPLOYING' }),
        readVerdicts,
        now: nowOf([0, 0, 0, 1, 1, 4, 4, 4]),
      },
    );

    expect(questions).toMatchObject([{ milliseconds: 1000 }]);
  });

  test.each([0.4, 1.4, 2])('a history that takes %s s delays no look', async (seconds) => {
    const first = await pollOnce({ statuses: ['DEPLOYING'] });
    const afterReading = async (readingSeconds: number) => {
      let milliseconds = 0;
      const look = await poll(
        {
          input: { deploymentId: 'clx1' },
          execution: { arn: 'arn:execution', startedAt: STARTED_AT },
          settings: { timeoutMinutes: 60, pacing: { ...DEFAULT_PACING, lingerSeconds: 0 } },
          look: first,
        },
        {
          ...QUIET,
          getDeployment: async () => ({ ...DEPLOYMENT, status: 'DEPLOYING' }),
          readVerdicts: async () => {
            milliseconds += readingSeconds * 1000;
            return undefined;
          },
          now: () => new Date(Date.parse(STARTED_AT) + 300_000 + milliseconds),
        },
      );
      return look.waitSeconds;
    };

    expect(await afterReading(seconds)).toBe((await afterReading(0)) - Math.ceil(seconds));
  });

  test('does not ask if the state machine is to wait for a second, which is its shortest wait', async () => {
    const { questions, readVerdicts } = historyOf(HEALTHY);
    const first = await pollOnce({ statuses: ['DEPLOYING'] });

    const look = await pollOnce({ statuses: ['DEPLOYING'], look: first, readVerdicts, lingerSeconds: 0, age: 3599.5 });

    expect(look).toMatchObject({ waitSeconds: 1, usualAsked: false });
    expect(questions).toEqual([]);
  });

  test('does not ask after a look without an answer, whose sentence says when the next look is', async () => {
    const { questions, readVerdicts } = historyOf(HEALTHY);
    const first = await pollOnce({ statuses: ['DEPLOYING'], readVerdicts });

    const outage = await pollOnce({ statuses: [NO_ANSWER], look: first, readVerdicts });
    expect(outage).toMatchObject({ usualAsked: false, reason: expect.stringMatching(/; asking again in \d+ s$/) });
    expect(questions).toEqual([]);

    const recovered = await pollOnce({ statuses: ['DEPLOYING'], look: outage, readVerdicts });
    const usual = await pollOnce({ statuses: ['DEPLOYING'], look: recovered, readVerdicts });
    expect(usual).toMatchObject({ usualSeconds: 302, usualAsked: true });
  });

  test('does not ask again if there was no answer', async () => {
    const { questions, readVerdicts } = historyOf(undefined);
    const first = await pollOnce({ statuses: ['DEPLOYING'], readVerdicts });

    const second = await pollOnce({ statuses: ['DEPLOYING'], look: first, readVerdicts });
    await pollOnce({ statuses: ['DEPLOYING'], look: second, readVerdicts });

    expect(second).toMatchObject({ usualSeconds: null, usualAsked: true });
    expect(questions).toHaveLength(1);
  });
});

/** The clock, in seconds, at each time that it is read. */
function nowOf(seconds: readonly number[]): () => Date {
  const startedAt = Date.now();
  let index = 0;
  return () => new Date(startedAt + (seconds[Math.min(index++, seconds.length - 1)] ?? 0) * 1000);
}
