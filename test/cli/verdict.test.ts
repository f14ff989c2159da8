import { AwsWorld, KEY } from './aws-world';

let world: AwsWorld;

beforeEach(async () => {
  world = await AwsWorld.start();
});
afterEach(() => world.close());

test('five commands at once share one watch, and all get the verdict', async () => {
  world.statuses = ['INPROGRESS', 'INPROGRESS', 'BUILD_ERROR'];

  const results = await Promise.all([1, 2, 3, 4, 5].map(() => world.run(['watch', 'clx1'])));

  expect(results.map(({ exitStatus }) => exitStatus)).toEqual([1, 1, 1, 1, 1]);
  expect([...world.aws.executions.keys()]).toEqual(['clx1-1']);
});

test.each(['start', 'watch'])(
  '%s shows an existing verdict and exits by it; --again watches once more',
  async (command) => {
    world.statuses = ['BUILD_ERROR'];
    await world.run(['watch', 'clx1']);

    const shown = await world.run([command, 'clx1']);
    const { exitStatus } = await world.run(['watch', 'clx1', '--again']);

    expect(shown.exitStatus).toBe(1);
    expect(shown.stdout).toContain('clx1 already has a verdict: https://us-east-1.console.aws.amazon.com/states/');
    expect(shown.stdout).toContain('\nTo watch it again: node dist/bin/flightwatch.js watch clx1 --again\n');
    expect(shown.stdout).toContain('Subject: FAILED: production, main');
    expect(exitStatus).toBe(1);
    expect([...world.aws.executions.keys()]).toEqual(['clx1-1', 'clx1-2']);
  },
);

test('a deployment without a verdict is watched again', async () => {
  world.aws.secret = 'fc_CANARY_refused';
  await world.run(['watch', 'clx1']);
  world.aws.secret = KEY;

  expect((await world.run(['watch', 'clx1'])).exitStatus).toBe(0);
  expect([...world.aws.executions.keys()]).toEqual(['clx1-1', 'clx1-2']);
});
