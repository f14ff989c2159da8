import { AwsWorld } from '../cli/aws-world';
import { type ActionStep, runActionStep } from '../support/action-runner';
import { awsEnvironment } from '../support/aws-environment';
import { HookServer, respond } from '../support/hook-server';
import { endedExecution, STATE_MACHINE_ARN } from '../support/step-functions';

let world: AwsWorld;
let hook: HookServer;

beforeEach(async () => {
  world = await AwsWorld.start();
  hook = await HookServer.start();
});
afterEach(async () => {
  await Promise.all([world.close(), hook.close()]);
});

function run(step: ActionStep) {
  return runActionStep({ ...step, env: { ...awsEnvironment(world.aws), ...step.env } });
}

/** An event as Flightcontrol causes it. */
function deploymentEvent(name: 'deployment' | 'deployment_status', state?: string): ActionStep {
  const deployment = { payload: { deployment: { deploymentId: 'clx1', environmentGivenId: 'production' } } };
  return { event: { name, body: { deployment, ...(state && { deployment_status: { state } }) } } };
}

/** The reader of the log has neither the variables nor the folder of the job. */
const COMMAND = `in a checkout of Flightwatch: npm run --silent flightwatch -- watch clx1 --state-machine-arn ${STATE_MACHINE_ARN}`;

const ARN = `${STATE_MACHINE_ARN.replace('stateMachine', 'execution')}:clx1-1`;

test('a deployment that succeeds sets every output that is known, and annotates nothing', async () => {
  const { exitStatus, outputs, summary, commands } = await run({ inputs: { 'deployment-id': 'clx1' } });

  expect(exitStatus).toBe(0);
  expect(commands).toEqual([]);
  expect(summary).toContain('### SUCCEEDED: production, main');
  expect(outputs).toEqual({
    'deployment-id': 'clx1',
    outcome: 'SUCCEEDED',
    status: 'SUCCESS',
    environment: 'production',
    'execution-arn': ARN,
    services: expect.any(String),
    record: expect.any(String),
  });
  expect(JSON.parse(outputs.services ?? '')).toEqual([expect.objectContaining({ name: 'web|api', status: 'SUCCESS' })]);
  expect(JSON.parse(outputs.record ?? '')).toMatchObject({ version: 1, outcome: 'SUCCEEDED' });
});

test('a deployment that fails fails the step, with an annotation, the reason and a timeline', async () => {
  world.statuses = ['BUILDING', 'BUILD_ERROR'];

  const { exitStatus, outputs, summary, commands } = await run({ inputs: { 'deployment-id': 'clx1' } });

  expect(exitStatus).toBe(1);
  expect(commands).toEqual(['::error title=FAILED%3A production%2C main::web|api: BUILD_ERROR: npm ERR! 50%25']);
  expect(outputs).toMatchObject({
    outcome: 'FAILED',
    status: 'BUILD_ERROR',
    reason: 'web|api: BUILD_ERROR: npm ERR! 50%',
  });
  expect(Number(outputs['duration-seconds'])).toBeGreaterThan(0);
  expect(summary).toMatch(/```mermaid\ngantt\n[\s\S]+ {2}section web api\n {2}BUILDING :crit, [\s\S]+\n```\n/);
});

test('a refused key is a failed watch, not a failed deployment', async () => {
  world.aws.secret = 'fc_CANARY_refused';

  const { exitStatus, outputs, commands } = await run({ inputs: { 'deployment-id': 'clx1' } });

  expect(exitStatus).toBe(3);
  expect(outputs).toMatchObject({ outcome: 'WATCH_FAILED', reason: expect.stringContaining('401'), services: '[]' });
  expect(outputs.status).toBeUndefined();
  expect(commands).toEqual([expect.stringMatching(/^::error title=WATCH_FAILED/)]);
});

test('the deploy hook is called once with its parameters, and its deployment is watched', async () => {
  const inputs = { 'deploy-hook-url': ` ${hook.url}\n`, branch: 'main', commit: '01e573f', force: 'TRUE' };

  const { exitStatus, outputs, log } = await run({ inputs });

  expect(exitStatus).toBe(0);
  expect(hook.calls).toEqual(['/api/deploy-hook/clenv1/CANARY_hook_secret?branch=main&commit=01e573f&force=true']);
  expect(outputs).toMatchObject({ 'deployment-id': 'clx1', outcome: 'SUCCEEDED' });
  expect(log).toContain(`::add-mask::${hook.url}\n`);
  expect(log).toContain(`::add-mask::${encodeURIComponent(hook.url).replaceAll('%', '%25')}\n`);
});

test('pull-request calls the hook of a preview environment', async () => {
  const inputs = { 'deploy-hook-url': hook.url, 'pull-request': '17', commit: '01e573f' };

  const { exitStatus } = await run({ inputs });

  expect(exitStatus).toBe(0);
  expect(hook.calls).toEqual(['/api/deploy-hook/clenv1/CANARY_hook_secret/17/01e573f']);
});

test('wait: false starts the watch, and outputs where it runs', async () => {
  const inputs = { 'deploy-hook-url': hook.url, wait: 'false', 'timeout-minutes': '5' };

  const { exitStatus, outputs, summary, log } = await run({ inputs });

  expect(exitStatus).toBe(0);
  expect(log).toContain(`\nTo follow it, ${COMMAND}\n`);
  expect(outputs).toEqual({ 'deployment-id': 'clx1', 'execution-arn': ARN });
  expect(summary).toBe('');
  expect(JSON.parse(world.aws.executions.get('clx1-1')?.input ?? '')).toMatchObject({ timeoutMinutes: 5 });
});

test('a job that is cancelled says where to type which command to join the watch, with everything it needs', async () => {
  world.statuses = ['BUILDING'];

  const { exitStatus, log } = await run({ inputs: { 'deployment-id': 'clx1' }, cancelAfter: /BUILDING/ });

  expect(exitStatus).toBe(130);
  expect(log).toContain(`The watch continues in AWS. To join it again, ${COMMAND}\n`);
});

test.each([
  [404, 2, 'The deploy hook answered 404, expected 200'],
  [500, 3, 'The deploy hook answered 500; a deployment may have been started'],
])('a deploy hook that answers %i fails the step with an annotation', async (status, expected, message) => {
  hook.answer = respond(status, 'CANARY_of_the_body');

  const { exitStatus, outputs, commands } = await run({ inputs: { 'deploy-hook-url': hook.url } });

  expect(exitStatus).toBe(expected);
  expect(commands).toEqual([expect.stringContaining(`::error title=Flightwatch::${message}`)]);
  expect(outputs).toEqual({});
});

test('a watch that cannot be started after the hook was called leaves the id as an output', async () => {
  world.aws.faults.StartExecution = [{ status: 400, type: 'AccessDeniedException' }];

  const { exitStatus, outputs, commands } = await run({ inputs: { 'deploy-hook-url': hook.url } });

  expect(exitStatus).toBe(3);
  expect(outputs).toEqual({ 'deployment-id': 'clx1' });
  expect(commands).toEqual([expect.stringContaining('was triggered, but its watch could not be started')]);
});

test('a state machine that does not exist is found before the hook is called', async () => {
  world.aws.stepFunctions.stateMachines = [];

  const { exitStatus, commands } = await run({
    inputs: { 'deploy-hook-url': hook.url, 'state-machine-arn': STATE_MACHINE_ARN },
  });

  expect(exitStatus).toBe(2);
  expect(commands).toEqual([expect.stringContaining('compare state-machine-arn or FLIGHTWATCH_STATE_MACHINE_ARN')]);
  expect(hook.calls).toEqual([]);
});

describe('a job that an event of GitHub starts', () => {
  test('watches the deployment that the event is about', async () => {
    const { exitStatus, outputs } = await run(deploymentEvent('deployment'));

    expect(exitStatus).toBe(0);
    expect(outputs).toMatchObject({ 'deployment-id': 'clx1', outcome: 'SUCCEEDED' });
    expect(JSON.parse(world.aws.executions.get('clx1-1')?.input ?? '')).toEqual({
      deploymentId: 'clx1',
      announcedBy: 'github',
    });
  });

  test('four jobs for four statuses at once are one watch', async () => {
    world.statuses = ['BUILDING', 'BUILDING', 'DEPLOY_ERROR'];
    const states = ['pending', 'queued', 'in_progress', 'failure'];

    const runs = await Promise.all(states.map((state) => run(deploymentEvent('deployment_status', state))));

    expect(runs.map(({ exitStatus }) => exitStatus)).toEqual([1, 1, 1, 1]);
    expect(runs.map(({ outputs }) => outputs.outcome)).toEqual(['FAILED', 'FAILED', 'FAILED', 'FAILED']);
    expect([...world.aws.executions.keys()]).toEqual(['clx1-1']);
  });

  test('shows the result of a watch that has ended without a verdict, and does not watch afresh', async () => {
    world.aws.executions.set('clx1-1', {
      ...endedExecution([]),
      events: [{ id: 1, timestamp: Date.now() / 1000, type: 'ExecutionAborted' }],
    });

    const { exitStatus, outputs } = await run(deploymentEvent('deployment_status', 'success'));

    expect(exitStatus).toBe(3);
    expect(outputs).toMatchObject({ outcome: 'WATCH_FAILED', 'execution-arn': ARN });
    expect([...world.aws.executions.keys()]).toEqual(['clx1-1']);
  });
});
