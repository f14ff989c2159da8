import { SFNClient } from '@aws-sdk/client-sfn';
import fc from 'fast-check';
import { startWatch } from '../../lib/aws/start-watch';
import { executionName } from '../../lib/contract/execution-name';
import { STATES } from '../../lib/contract/states';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { NOTIFICATIONS } from '../support/notifications';
import { type Execution, endedExecution, executionArn, STATE_MACHINE_ARN } from '../support/step-functions';

let aws: AwsServer;
let client: SFNClient;

beforeEach(async () => {
  aws = await AwsServer.start();
  Object.assign(process.env, awsEnvironment(aws));
  client = new SFNClient();
});
afterEach(() => aws.close());

interface Options {
  readonly again?: boolean;
  readonly timeoutMinutes?: number;
  readonly eventId?: string;
  readonly announcedBy?: 'github';
}

function announce({ again = false, ...more }: Options = {}) {
  return startWatch(client, STATE_MACHINE_ARN, { deploymentId: 'clx1', ...more }, { again });
}

function arnOf(name: string): string {
  return executionArn(STATE_MACHINE_ARN, name);
}

function end(name: string, result: Partial<Execution>): void {
  Object.assign(aws.executions.get(name) ?? {}, result);
}

test('a deployment that is announced for the first time is watched', async () => {
  expect(await announce()).toEqual({ executionArn: arnOf('clx1-1') });
  expect(aws.executions.get('clx1-1')?.input).toBe('{"deploymentId":"clx1"}');
});

test('a deployment that is announced five times at once is watched once', async () => {
  const watches = await Promise.all([announce(), announce({ timeoutMinutes: 5 }), announce(), announce(), announce()]);

  expect(new Set(watches.map(({ executionArn }) => executionArn))).toEqual(new Set([arnOf('clx1-1')]));
  expect(aws.executions.size).toBe(1);
});

test.each([
  ['SUCCEEDED', { status: 'SUCCEEDED' }],
  ['FAILED', { status: 'FAILED', error: 'DeploymentFailed' }],
  ['CANCELLED', { status: 'FAILED', error: 'DeploymentCancelled' }],
])('the verdict %s is shown and the deployment is not watched again, unless asked to', async (verdict, result) => {
  await announce();
  end('clx1-1', result);

  expect(await announce()).toEqual({ executionArn: arnOf('clx1-1'), verdict });
  expect(aws.executions.size).toBe(1);

  expect(await announce({ again: true })).toEqual({ executionArn: arnOf('clx1-2') });
  expect(await announce()).toEqual({ executionArn: arnOf('clx1-1'), verdict });
});

test.each([
  ['timed out', { status: 'FAILED', error: 'WatchTimedOut' }],
  ['failed', { status: 'FAILED', error: 'WatchFailed' }],
  ['could not publish', { status: 'FAILED', error: 'NotificationFailed' }],
  ['was aborted', { status: 'ABORTED' }],
  ['hit the backstop', { status: 'TIMED_OUT' }],
  ['broke', { status: 'FAILED', error: 'States.Runtime' }],
])('a deployment whose watch %s is watched afresh', async (_, result) => {
  await announce();
  end('clx1-1', result);

  expect(await announce()).toEqual({ executionArn: arnOf('clx1-2') });
  expect(await announce()).toEqual({ executionArn: arnOf('clx1-2') });
});

describe('a verdict that was found and could not be published', () => {
  function endWithLook(outcome: keyof typeof NOTIFICATIONS, end: Partial<Execution>): void {
    const look = { outcome, notification: NOTIFICATIONS[outcome] };
    aws.executions.set('clx1-1', endedExecution([[STATES.poll, look]], end));
  }

  test.each([
    ['SUCCEEDED', 'an abort', { status: 'ABORTED' }],
    ['FAILED', "the state machine's time-out", { status: 'TIMED_OUT' }],
    ['CANCELLED', 'an error of Step Functions', { status: 'FAILED', error: 'States.Runtime' }],
  ] as const)('%s, because of %s, counts: the watchdog reports it', async (verdict, _, end) => {
    endWithLook(verdict, end);

    expect(await announce()).toEqual({ executionArn: arnOf('clx1-1'), verdict });
    expect(aws.executions.size).toBe(1);
  });

  test.each(['TIMED_OUT', 'WATCH_FAILED'] as const)(
    '%s is no verdict: the deployment is watched afresh',
    async (outcome) => {
      endWithLook(outcome, { status: 'ABORTED' });

      expect(await announce()).toEqual({ executionArn: arnOf('clx1-2') });
    },
  );

  test('is looked up and published afresh if SNS refused it: nobody was told', async () => {
    endWithLook('FAILED', { status: 'FAILED', error: 'NotificationFailed' });

    expect(await announce()).toEqual({ executionArn: arnOf('clx1-2') });
  });
});

describe('an event that is delivered again', () => {
  const inconclusive = { status: 'FAILED', error: 'WatchFailed' };

  test('after an inconclusive watch starts nothing', async () => {
    const first = await announce({ eventId: 'e1' });
    end('clx1-1', inconclusive);

    expect(await announce({ eventId: 'e1' })).toEqual(first);
    expect([...aws.executions.keys()]).toEqual(['clx1-1']);
  });

  test('after several watches starts nothing, whichever of them it started', async () => {
    for (const [index, eventId] of ['e1', 'e2', 'e3'].entries()) {
      await announce({ eventId });
      end(`clx1-${index + 1}`, inconclusive);
    }

    expect(await announce({ eventId: 'e2' })).toEqual({ executionArn: arnOf('clx1-2') });
    expect(aws.executions.size).toBe(3);
  });

  test('while its watch runs joins it, as do another event and an announcement by hand', async () => {
    for (const eventId of ['e1', 'e1', 'e2']) {
      expect(await announce({ eventId })).toEqual({ executionArn: arnOf('clx1-1') });
    }
    expect(await announce()).toEqual({ executionArn: arnOf('clx1-1') });
    expect(aws.executions.size).toBe(1);
  });

  test('is another event than one that was sent later, and than an announcement by hand', async () => {
    await announce();
    end('clx1-1', inconclusive);
    expect(await announce({ eventId: 'e1' })).toEqual({ executionArn: arnOf('clx1-2') });
    end('clx1-2', inconclusive);
    expect(await announce({ eventId: 'e2' })).toEqual({ executionArn: arnOf('clx1-3') });
    end('clx1-3', inconclusive);

    expect(await announce()).toEqual({ executionArn: arnOf('clx1-4') });
  });

  test('is recognised beside executions with any other input', async () => {
    aws.executions.set('clx1-1', endedExecution([], { input: 'null' }));

    expect(await announce({ eventId: 'e1' })).toEqual({ executionArn: arnOf('clx1-2') });
  });
});

describe('an announcement by GitHub, which comes with each status of the deployment', () => {
  const byGitHub = (eventId: string) => announce({ eventId, announcedBy: 'github' });

  test('starts the watch once, of ten at once, and its input says who announced it', async () => {
    const watches = await Promise.all(Array.from({ length: 10 }, (_, index) => byGitHub(`e${index}`)));

    expect(new Set(watches.map(({ executionArn }) => executionArn))).toEqual(new Set([arnOf('clx1-1')]));
    expect([...aws.executions.keys()]).toEqual(['clx1-1']);
    expect(aws.executions.get('clx1-1')?.input).toMatch(/"announcedBy":"github"}$/);
  });

  test.each([
    ['timed out', { status: 'FAILED', error: 'WatchTimedOut' }],
    ['found the key refused', { status: 'FAILED', error: 'WatchFailed' }],
    ['was aborted', { status: 'ABORTED' }],
    ['hit the backstop', { status: 'TIMED_OUT' }],
    ['could not publish', { status: 'FAILED', error: 'NotificationFailed' }],
  ])('joins a watch that %s, while an announcement in another way watches afresh', async (_, result) => {
    await byGitHub('e1');
    end('clx1-1', result);

    expect(await byGitHub('e2')).toEqual({ executionArn: arnOf('clx1-1') });
    expect(await announce({ eventId: 'e3' })).toEqual({ executionArn: arnOf('clx1-2') });
    expect(await byGitHub('e4')).toEqual({ executionArn: arnOf('clx1-2') });
  });

  test('joins the latest of several watches, also one that was announced by hand', async () => {
    await announce();
    end('clx1-1', { status: 'ABORTED' });
    await announce();
    end('clx1-2', { status: 'FAILED', error: 'WatchTimedOut' });

    expect(await byGitHub('e1')).toEqual({ executionArn: arnOf('clx1-2') });
    expect(aws.executions.size).toBe(2);
  });

  test('shows the verdict that is there', async () => {
    await announce();
    end('clx1-1', { status: 'SUCCEEDED' });

    expect(await byGitHub('e1')).toEqual({ executionArn: arnOf('clx1-1'), verdict: 'SUCCEEDED' });
  });
});

describe('names that Step Functions has freed, 90 days after their executions closed', () => {
  function serveAttempt(attempt: number, end: Partial<Execution>): void {
    aws.executions.set(`clx1-${attempt}`, endedExecution([], end));
  }

  test('a later verdict holds', async () => {
    serveAttempt(2, { status: 'SUCCEEDED' });

    expect(await announce()).toEqual({ executionArn: arnOf('clx1-2'), verdict: 'SUCCEEDED' });
    expect(aws.executions.size).toBe(1);
  });

  test('a later watch that runs is joined', async () => {
    serveAttempt(3, { status: 'RUNNING' });

    expect(await announce({ again: true })).toEqual({ executionArn: arnOf('clx1-3') });
  });

  test('after a later watch without a verdict comes the next number', async () => {
    serveAttempt(3, { status: 'TIMED_OUT' });

    expect(await announce()).toEqual({ executionArn: arnOf('clx1-4') });
  });

  test('the first announcement costs two calls more', async () => {
    await announce();

    expect(aws.calls.toSorted()).toEqual(['DescribeExecution', 'DescribeExecution', 'StartExecution']);
  });
});

test('an execution that is not yet known everywhere is joined', async () => {
  await announce({ timeoutMinutes: 5 });
  const unknown = { status: 400, type: 'ExecutionDoesNotExist' };
  aws.faults.DescribeExecution = [unknown, unknown, unknown];

  expect(await announce()).toEqual({ executionArn: arnOf('clx1-1') });
});

test('names are valid, and no two deployments share one', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  const attempt = fc.integer({ min: 1, max: 99_999 });

  fc.assert(
    fc.property(id, attempt, id, attempt, (oneId, one, otherId, other) => {
      expect(executionName(oneId, one)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
      expect(executionName(oneId, one) === executionName(otherId, other)).toBe(oneId === otherId && one === other);
    }),
  );
  expect(executionName('clx1-2', 1)).not.toBe(executionName('clx1', 2));
});
