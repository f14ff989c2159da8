import { STATES } from '../../lib/contract/states';
import { parseJsonLines } from '../support/command';
import { readText } from '../support/markdown';
import { endedExecution } from '../support/step-functions';
import { building, HistoryWorld, PRODUCTION } from './history-world';

const STAGING = { key: 'env-2', givenId: 'staging' };
const PREVIEW = { key: 'env-3', givenId: 'pr-17', preview: true };

let world: HistoryWorld;

beforeEach(async () => {
  world = await HistoryWorld.start();
});
afterEach(() => world.close());

/** Production recovered an hour ago, staging has failed three times since. */
async function writeTwoEnvironments(): Promise<void> {
  await world.write(
    { minutesAgo: 900, outcome: 'SUCCEEDED' },
    { minutesAgo: 600, outcome: 'SUCCEEDED' },
    { minutesAgo: 300, outcome: 'FAILED' },
    { minutesAgo: 70, outcome: 'SUCCEEDED' },
    { minutesAgo: 500, outcome: 'SUCCEEDED', environment: STAGING },
    { minutesAgo: 190, outcome: 'FAILED', environment: STAGING },
    { minutesAgo: 100, outcome: 'FAILED', environment: STAGING },
    { minutesAgo: 12, outcome: 'FAILED', environment: STAGING },
  );
}

test('each environment has a line, those that fail first', async () => {
  await writeTwoEnvironments();

  const { exitStatus, stdout, stderr } = await world.run(['status']);

  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    'environment  verdict            trend                               commit              usually',
    'staging      FAILED, 12m ago    3rd failure in a row, since 3h ago  01e573f2198f, main',
    'production   SUCCEEDED, 1h ago  recovered, since 1h ago             01e573f2198f, main  5m',
    '',
  ]);
  expect(exitStatus).toBe(0);
});

test('docs/command-line.md shows the table as it is', async () => {
  await writeTwoEnvironments();
  world.watch('clx1-1', building({ id: 'env-1', givenId: 'production' }, 130));

  const { stdout } = await world.run(['status']);

  expect(readText('docs/command-line.md')).toContain(
    `\`\`\`text status\n${stdout.replace(/2m 1\ds/, '2m 10s')}\`\`\`\n`,
  );
});

test('a terminal of 100 columns shows the same in a frame', async () => {
  await writeTwoEnvironments();

  const { stdout } = await world.run(['status'], { terminal: true, env: { TERM: 'xterm', NO_COLOR: '1' } });

  expect(stdout.split('\r\n')).toEqual([
    '┌─────────────┬───────────┬──────────────────────┬──────────────┬─────────┐',
    '│ environment │ verdict   │ trend                │ commit       │ usually │',
    '├─────────────┼───────────┼──────────────────────┼──────────────┼─────────┤',
    '│ staging     │ FAILED    │ 3rd failure in a row │ 01e573f2198f │         │',
    '│             │ 12m ago   │ since 3h ago         │ main         │         │',
    '├─────────────┼───────────┼──────────────────────┼──────────────┼─────────┤',
    '│ production  │ SUCCEEDED │ recovered            │ 01e573f2198f │ 5m      │',
    '│             │ 1h ago    │ since 1h ago         │ main         │         │',
    '└─────────────┴───────────┴──────────────────────┴──────────────┴─────────┘',
    '',
  ]);
});

test('a verdict has its colour on a terminal', async () => {
  await writeTwoEnvironments();

  const { stdout } = await world.run(['status'], { terminal: true, env: { TERM: 'xterm' } });

  expect(stdout).toContain('\u001b[31mFAILED\u001b[39m');
  expect(stdout).toContain('\u001b[32mSUCCEEDED\u001b[39m');
});

describe('what is running now', () => {
  test('is shown with its phase, its age and how much is usually left', async () => {
    await writeTwoEnvironments();
    world.watch('clx1-1', building({ id: 'env-1', givenId: 'production' }, 195));

    const { stdout } = await world.run(['status']);

    expect(stdout).toMatch(/^production .* {2}BUILDING 3m 1[5-9]s, usually 2 min more$/m);
  });

  test('is shown on a terminal, with the id if there are several', async () => {
    await writeTwoEnvironments();
    world.watch('clx1-1', building({ id: 'env-1', givenId: 'production' }, 600), 10);
    world.watch('clx2-1', building({ id: 'env-1', givenId: 'production' }, 30));

    const { stdout } = await world.run(['status'], { terminal: true, env: { TERM: 'xterm', NO_COLOR: '1' } });

    const cells = stdout.split('\r\n').map((line) =>
      line
        .split('│')
        .at(-2)
        ?.trim()
        .replace(/ [0-9]s/, ''),
    );
    expect(cells.slice(6, 13)).toEqual([
      expect.stringMatching(/^BUILDING 3\ds$/),
      'usually 5 min more',
      'clx2',
      'BUILDING 10m',
      'unusually slow',
      'usually 5m',
      'clx1',
    ]);
  });

  test('is shown for an environment without a verdict, and for one that is not known yet', async () => {
    world.watch('clx1-1', building({ givenId: 'brand-new' }));
    world.watch('clx2-1', null);

    const { stdout } = await world.run(['status']);

    expect(stdout).toMatch(/^brand-new +none yet {2}BUILDING 3m 2\ds$/m);
    expect(stdout).toMatch(/^unknown +none yet {2}starting 1m( \ds)?, clx2$/m);
  });

  test('is not what has ended and is about to be closed', async () => {
    const execution = endedExecution([
      [STATES.poll, building({ id: 'env-1' })],
      [STATES.notifySuccess, building({ id: 'env-1' })],
    ]);
    world.aws.executions.set('clx1-1', { ...execution, status: 'RUNNING' });

    expect((await world.run(['status'])).stdout).toBe('No environment has a verdict yet, and no watch is running.\n');
  });

  test('takes one call, and one for each watch, and two that find the table', async () => {
    for (let index = 1; index <= 3; index += 1) world.watch(`clx${index}-1`, building({ id: `env-${index}` }));

    await world.run(['status']);

    expect(world.aws.calls.toSorted()).toEqual([
      'DescribeStateMachine',
      'GetExecutionHistory',
      'GetExecutionHistory',
      'GetExecutionHistory',
      'GetFunctionConfiguration',
      'ListExecutions',
    ]);
  });

  test('is listed up to a hundred watches', async () => {
    for (let index = 0; index < 101; index += 1) world.watch(`clx${index}-1`, building({ id: `env-${index}` }), index);

    const { stdout, stderr } = await world.run(['status']);

    expect(stdout.trimEnd().split('\n')).toHaveLength(1 + 100);
    expect(stdout).not.toContain('env-100 ');
    expect(stderr).toBe('More than 100 watches are running; the older ones are not shown.\n');
  });

  test('is left out with a reason if AWS denies it', async () => {
    await writeTwoEnvironments();
    world.aws.faults.ListExecutions = [{ status: 400, type: 'AccessDeniedException', message: 'not authorized' }];

    const { exitStatus, stdout, stderr } = await world.run(['status']);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain('staging ');
    expect(stderr).toMatch(/^The running watches are not shown: AWS denied this call .*states:ListExecutions/);
  });
});

test('preview environments are shown with --previews, and counted without', async () => {
  await world.write(
    { minutesAgo: 5, outcome: 'SUCCEEDED' },
    { minutesAgo: 3, outcome: 'SUCCEEDED', environment: PREVIEW },
  );
  world.watch('clx1-1', building({ id: 'env-4', givenId: 'pr-18', preview: true }));

  const without = await world.run(['status']);
  const withThem = await world.run(['status', '--previews']);

  expect(without.stdout).not.toContain('pr-1');
  expect(without.stdout).toMatch(/\n2 preview environments are not shown: add --previews\.\n$/);
  expect(withThem.stdout).toMatch(/^pr-17, preview /m);
  expect(withThem.stdout).toMatch(/^pr-18, preview /m);
});

test('two environments with the same given id are told apart by their ids', async () => {
  await world.write(
    { minutesAgo: 5, outcome: 'SUCCEEDED' },
    { minutesAgo: 3, outcome: 'SUCCEEDED', environment: { ...PRODUCTION, key: 'env-9' } },
  );

  const { stdout } = await world.run(['status']);

  expect(stdout).toMatch(/^production, env-1 /m);
  expect(stdout).toMatch(/^production, env-9 /m);
});

test('a cancelled deployment ends no failure', async () => {
  await world.write(
    { minutesAgo: 50, outcome: 'SUCCEEDED', environment: { key: 'env-2', givenId: 'aaa' } },
    { minutesAgo: 40, outcome: 'FAILED' },
    { minutesAgo: 30, outcome: 'CANCELLED' },
  );

  const [, first = ''] = (await world.run(['status'])).stdout.split('\n');

  expect(first).toMatch(/^production +CANCELLED, 30m ago +failed the first time, since 40m ago/);
});

test('--json prints one object for each environment', async () => {
  await writeTwoEnvironments();
  await world.write({ minutesAgo: 3, outcome: 'SUCCEEDED', environment: PREVIEW });
  world.watch('clx1-1', building({ id: 'env-1', givenId: 'production' }, 195));

  const { stdout, stderr } = await world.run(['status', '--json'], {});

  expect(parseJsonLines(stdout)).toMatchObject([
    {
      environment: STAGING,
      last: { outcome: 'FAILED', deploymentId: 'deploy-env-2-12' },
      trend: 'still failing',
      failuresInARow: 3,
      running: [],
    },
    {
      environment: PRODUCTION,
      trend: 'recovered',
      usualSeconds: 300,
      running: [
        {
          deploymentId: 'clx1',
          status: 'BUILDING',
          elapsedSeconds: expect.any(Number),
          usualSecondsLeft: expect.any(Number),
          executionArn: 'arn:aws:states:us-east-1:123456789012:execution:flightwatch:clx1-1',
        },
      ],
    },
  ]);
  expect(stderr).toBe('1 preview environment is not shown: add --previews.\n');
});
