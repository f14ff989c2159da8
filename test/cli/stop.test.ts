import { userInfo } from 'node:os';
import { STATES } from '../../lib/contract/states';
import { xml } from '../support/cloudformation';
import { parseJsonLines } from '../support/command';
import { type QueryAnswer, type QueryServer, startQueryServer } from '../support/query-server';
import { AwsError, endedExecution, executionArn, STATE_MACHINE_ARN } from '../support/step-functions';
import { AwsWorld } from './aws-world';

let world: AwsWorld;
let sts: QueryServer;
let caller: QueryAnswer;

beforeEach(async () => {
  caller = xml({ Arn: 'arn:aws:iam::123456789012:user/ops/ada' });
  sts = await startQueryServer(() => caller);
  world = await AwsWorld.start();
});
afterEach(() => Promise.all([world.close(), sts.close()]));

function stop(...args: string[]) {
  return world.run(['stop', ...args], { env: { AWS_ENDPOINT_URL_STS: sts.url } });
}

/** A watch, which is running unless it says otherwise. */
function serve(name: string, end: object = {}): void {
  const execution = endedExecution([[STATES.poll, null]], { status: 'RUNNING', ...end });
  world.aws.executions.set(name, execution);
}

test('the running watch is aborted, and its cause says who asked for it', async () => {
  serve('clx1-1');

  const { exitStatus, stdout, stderr } = await stop('clx1');

  expect(stderr).toBe('');
  expect(stdout).toBe(
    `The watch of clx1 was stopped: https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/${executionArn(STATE_MACHINE_ARN, 'clx1-1')}\n` +
      'Its subscribers are notified that it was stopped by ada, or of the verdict if it had just found one. The deployment itself goes on.\n',
  );
  expect(exitStatus).toBe(0);
  expect(world.aws.executions.get('clx1-1')).toMatchObject({
    status: 'ABORTED',
    error: 'WatchStopped',
    cause: 'Stopped by ada',
  });
});

test('who follows the watch reads the sentence that the subscribers get', async () => {
  world.statuses = ['BUILDING'];
  let stopped: Promise<unknown> | undefined;
  world.aws.stepFunctions.onStart = (name) => {
    // Nothing runs it: it stays as it is until it is stopped.
    expect(name).toBe('clx1-1');
    stopped = stop('clx1');
  };

  const { exitStatus, stdout } = await world.run(['watch', 'clx1']);
  await stopped;

  expect(stdout).toContain('The watch was aborted before the deployment finished: Stopped by ada.');
  expect(exitStatus).toBe(3);
});

test.each([
  ['the session of a role', 'arn:aws:sts::123456789012:assumed-role/Admin/ada@example.com', 'ada@example.com'],
  ['a federated user', 'arn:aws:sts::123456789012:federated-user/ada', 'ada'],
  ['the root user', 'arn:aws:iam::123456789012:root', 'root'],
])('%s is named by the last part of its ARN', async (_, Arn, name) => {
  caller = xml({ Arn });
  serve('clx1-1');

  await stop('clx1');

  expect(world.aws.executions.get('clx1-1')?.cause).toBe(`Stopped by ${name}`);
});

test('if AWS does not say who calls, it is the user of this machine', async () => {
  caller = { status: 403, code: 'AccessDenied' };
  serve('clx1-1');

  const { exitStatus } = await stop('clx1');

  expect(exitStatus).toBe(0);
  expect(world.aws.executions.get('clx1-1')?.cause).toBe(`Stopped by ${userInfo().username}`);
});

test('--by names somebody else, without control characters, and AWS is not asked', async () => {
  serve('clx1-1');

  await stop('clx1', '--by', 'Ada\u001b[31m\nLovelace ');

  expect(world.aws.executions.get('clx1-1')?.cause).toBe('Stopped by Ada Lovelace');
  expect(sts.calls).toEqual([]);
});

test.each([
  ['an address', 'https://CANARY.example.com'],
  ['a long text', `CANARY${'x'.repeat(60)}`],
  ['nothing', ' '],
])('--by with %s is refused, and nothing is stopped', async (_, by) => {
  serve('clx1-1');

  const { exitStatus, stderr } = await stop('clx1', '--by', by);

  expect(exitStatus).toBe(2);
  expect(stderr).toMatch(/^--by: got .+, expected a name of 1 to 64 characters, which all subscribers will see\.\n$/);
  expect(world.aws.executions.get('clx1-1')?.status).toBe('RUNNING');
});

test('the last watch of the deployment is the one that is stopped, also where old ones are gone', async () => {
  serve('clx1-2', { status: 'FAILED', error: 'WatchTimedOut' });
  serve('clx1-4');

  const { stdout } = await stop('clx1', '--json');

  expect(parseJsonLines(stdout)).toEqual([
    {
      deploymentId: 'clx1',
      executionArn: executionArn(STATE_MACHINE_ARN, 'clx1-4'),
      status: 'ABORTED',
      stoppedBy: 'ada',
    },
  ]);
  expect(world.aws.executions.get('clx1-4')?.status).toBe('ABORTED');
});

test.each([
  [{ status: 'SUCCEEDED' }, 'brought the verdict SUCCEEDED'],
  [{ status: 'FAILED', error: 'DeploymentFailed' }, 'brought the verdict FAILED'],
  [{ status: 'FAILED', error: 'WatchTimedOut' }, 'ended without a verdict (TIMED_OUT)'],
  [{ status: 'ABORTED' }, 'ended without a verdict (ABORTED)'],
])('if no watch is running, it says what there is: %j', async (end, found) => {
  serve('clx1-1', end);

  const { exitStatus, stdout, stderr } = await stop('clx1');

  expect(exitStatus).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^No watch of clx1 is running\. The last one .+: https:\/\/\S+\n$/);
  expect(stderr).toContain(found);
  expect(world.aws.calls).not.toContain('StopExecution');
});

test.each([
  ['takes the stop', undefined],
  ['refuses the stop', new AwsError('ValidationException')],
])('a watch that ends by itself in this moment is not said to be stopped, if AWS %s', async (_, error) => {
  serve('clx1-1');
  const { stepFunctions } = world.aws;
  const answer = stepFunctions.answer.bind(stepFunctions);
  stepFunctions.answer = (call, input) => {
    if (call === 'StopExecution') serve('clx1-1', { status: 'SUCCEEDED' });
    if (call === 'StopExecution' && error !== undefined) throw error;
    return answer(call, input);
  };

  const { exitStatus, stderr } = await stop('clx1');

  expect(exitStatus).toBe(2);
  expect(stderr).toContain('No watch of clx1 is running. The last one brought the verdict SUCCEEDED: ');
});

test('a deployment that was never watched is said to be so', async () => {
  const { exitStatus, stderr } = await stop('clx1');

  expect(exitStatus).toBe(2);
  expect(stderr).toBe('No watch of clx1 is running, and none is known.\n');
});

test('a state machine that does not exist is not taken for one without watches', async () => {
  const { exitStatus, stderr } = await stop(
    'clx1',
    '--state-machine-arn',
    'arn:aws:states:us-east-1:123456789012:stateMachine:gone',
  );

  expect(exitStatus).toBe(2);
  expect(stderr).toContain('The state machine does not exist');
});

test('a denied stop is one sentence', async () => {
  serve('clx1-1');
  world.aws.faults.StopExecution = [
    { status: 400, type: 'AccessDeniedException', message: 'not authorized to perform: states:StopExecution' },
  ];

  const { exitStatus, stderr } = await stop('clx1');

  expect(exitStatus).toBe(2);
  expect(stderr).toMatch(/^AWS denied this call \(AccessDeniedException: not authorized.+states:StopExecution\).+\n$/);
});
