import { STATES } from '../../lib/contract/states';
import { DEPLOYMENT_STATUSES } from '../../lib/flightcontrol/statuses';
import { addV1Fields, deploymentJson } from '../../lib/local/flightcontrol-server';
import { answer, watch } from '../support/world';

const ENDINGS = [
  ['SUCCESS', 'SUCCEEDED', undefined, STATES.notifySuccess],
  ['NO_CHANGE', 'SUCCEEDED', undefined, STATES.notifySuccess],
  ['CANCELLED', 'CANCELLED', 'DeploymentCancelled', STATES.notifyCancellation],
  ['ERROR', 'FAILED', 'DeploymentFailed', STATES.notifyFailure],
  ['BUILD_ERROR', 'FAILED', 'DeploymentFailed', STATES.notifyFailure],
  ['DEPLOY_ERROR', 'FAILED', 'DeploymentFailed', STATES.notifyFailure],
] as const;

test.each(ENDINGS)('%s ends as %s', async (status, outcome, error, state) => {
  const run = await watch({ script: ['BUILDING', status] });

  expect(run.execution.error).toBe(error);
  expect(run.notifications).toEqual([expect.objectContaining({ outcome, status, deploymentId: 'clx1' })]);
  expect(run.published[0]?.attributes).toMatchObject({ outcome, status, environment: 'production', branch: 'main' });
  expect(run.states).toContain(state);
});

const IN_PROGRESS = Object.entries(DEPLOYMENT_STATUSES)
  .filter(([, { stage }]) => stage === 'in progress')
  .map(([status]) => status);

test.each(IN_PROGRESS)('asks again while %s', async (status) => {
  const run = await watch({ script: [status, 'SUCCESS'] });

  expect(run.states).toContain(STATES.wait);
  expect(run.notifications).toEqual([expect.objectContaining({ outcome: 'SUCCEEDED' })]);
});

test('the output of a success is the record that was published', async () => {
  const run = await watch({ script: ['BUILDING', 'SUCCESS'] });

  expect(run.execution).toEqual({ status: 'SUCCEEDED', output: run.notifications[0] });
  expect(run.notifications[0]).not.toHaveProperty('reason');
});

test('the cause of a failure is the reason that was published, and names the failing service', async () => {
  const failed = answer('BUILD_ERROR', [
    { name: 'web-api', status: 'BUILD_ERROR', error: [{ BUILD_ERROR: 'npm ERR!' }] },
  ]);
  const run = await watch({ script: ['BUILDING', failed] });

  expect(run.execution.cause).toBe('web-api: BUILD_ERROR: npm ERR!');
  expect(run.notifications[0]?.reason).toBe(run.execution.cause);
});

test('every status change of the deployment or of a service is a round of its own', async () => {
  const script = [
    answer('PENDING', [{ name: 'web', status: 'PENDING' }]),
    answer('BUILDING', [{ name: 'web', status: 'BUILDING' }]),
    answer('BUILDING', [{ name: 'web', status: 'BUILDING' }]),
    answer('BUILDING', [{ name: 'web', status: 'DEPLOYING' }]),
    answer('SUCCESS', [{ name: 'web', status: 'SUCCESS' }]),
  ];

  const run = await watch({ script });

  const polls = run.events.filter(({ type, state }) => type === 'StateExited' && state?.name === STATES.poll);
  expect(polls.map(({ state }) => state?.output)).toMatchObject([
    { look: { status: 'PENDING', services: ['web: PENDING'] } },
    { look: { status: 'BUILDING', services: ['web: BUILDING'] } },
    { look: { status: 'BUILDING', services: ['web: DEPLOYING'] } },
    { look: { status: 'SUCCESS', services: ['web: SUCCESS'] } },
  ]);
});

test('without lingering, every look is a round', async () => {
  const run = await watch({
    script: ['BUILDING', 'BUILDING', 'BUILDING', 'SUCCESS'],
    settings: { pacing: { lingerSeconds: 0 } },
  });

  expect(run.states.filter((state) => state === STATES.poll)).toHaveLength(4);
});

test('an unknown status counts as in progress, is logged as a warning, and is named if time runs out', async () => {
  const run = await watch({ script: ['REHEARSING'], input: { deploymentId: 'clx1', timeoutMinutes: 2 } });

  expect(run.warnings[0]).toContain('REHEARSING');
  expect(run.execution.error).toBe('WatchTimedOut');
  expect(run.notifications[0]?.reason).toBe(
    'Still REHEARSING when the watch reached its time limit of 2 minutes, a status that Flightwatch does not know and counts as in progress.',
  );
});

test('a deployment that is still in progress times out at the minute that was set', async () => {
  const run = await watch({ script: ['DEPLOYING'], settings: { timeoutMinutes: 3 } });

  expect(run.execution).toMatchObject({
    error: 'WatchTimedOut',
    cause: 'Still DEPLOYING when the watch reached its time limit of 3 minutes.',
  });
  expect(run.notifications).toHaveLength(1);
  expect(run.secondsTaken).toBeGreaterThanOrEqual(180);
  expect(run.secondsTaken).toBeLessThan(183);
});

test('a day at the shortest interval stays far from the 25,000 events that end an execution', async () => {
  const everySecond = {
    pendingSeconds: 1,
    preparingSeconds: 1,
    buildingSeconds: 1,
    deployingSeconds: 1,
    lingerSeconds: 0,
  };

  const run = await watch({ script: ['BUILDING'], settings: { timeoutMinutes: 1440, pacing: everySecond } });

  expect(run.execution.error).toBe('WatchTimedOut');
  // A round is 9 events. Source: Step Functions, execution history.
  expect(run.states.filter((state) => state === STATES.poll).length * 9).toBeLessThan(20_000);
});

test('the duration is given only if the deployment was seen in progress', async () => {
  const [seen, finished] = [await watch({ script: ['BUILDING', 'SUCCESS'] }), await watch({ script: ['SUCCESS'] })];

  expect(seen.notifications[0]?.durationSeconds).toBeGreaterThan(0);
  expect(finished.notifications[0]).not.toHaveProperty('durationSeconds');
});

test('project, preview environment and addresses go from the answer to every channel', async () => {
  const addresses = { 'web-api': 'https://api.mydomain.com' };
  const json = (status: string) => {
    const services = [{ name: 'web-api', status: status === 'SUCCESS' ? status : 'BUILDING' }];
    return {
      json: { ...addV1Fields(deploymentJson('clx1', status, services), addresses), isPreviewEnvironment: true },
    };
  };

  const run = await watch({ script: [json('BUILDING'), json('SUCCESS')] });

  expect(run.notifications[0]).toMatchObject({
    project: { id: 'cluagwibz000ka6p9uzas7p26' },
    environment: { givenId: 'production', preview: true },
    services: [{ id: 'id-web-api', url: 'https://api.mydomain.com' }],
  });
  const { messages, attributes } = run.published[0] ?? {};
  expect(attributes).toMatchObject({ preview: 'true' });
  expect(messages?.email).toContain('- web-api: SUCCESS\n    https://api.mydomain.com\n');
  expect(messages?.email).toContain('\nEnvironment: production (preview)\n');
  expect(messages?.sms).toBe('Deployed: production, main. https://api.mydomain.com');
  expect(messages?.https).toContain('*<https://api.mydomain.com|web-api>*');
});

test('300 services with long errors are counted, and the notification keeps to its size', async () => {
  const services = Array.from({ length: 300 }, (_, index) => ({
    name: `service-${index} ✨"\\`,
    status: 'DEPLOY_ERROR',
    error: `start of it ${'"\\\u0001💥'.repeat(index === 0 ? 900 : 150)} end of it`,
  }));

  const run = await watch({ script: ['DEPLOYING', answer('DEPLOY_ERROR', services)] });

  const [record] = run.notifications;
  expect(record?.servicesByStatus).toEqual({ DEPLOY_ERROR: 300 });
  expect(record?.services?.[0]?.error).toMatch(/^start of it .* \[\.\.\.\] .* end of it$/s);
  expect(Buffer.byteLength(JSON.stringify(run.published[0]))).toBeLessThan(64 * 1024);
  expect(run.published[0]?.messages.email).toMatch(/and \d+ more/);
});

test('300 services with the longest names leave room in the 256 KiB of a state', async () => {
  const services = Array.from({ length: 300 }, (_, index) => ({
    name: `${index} ${'漢'.repeat(250)}`,
    status: 'BUILDING',
  }));
  const failed = services.map((service) => ({ ...service, status: 'ERROR', error: '漢'.repeat(2000) }));

  const run = await watch({ script: [answer('BUILDING', services), answer('ERROR', failed)] });

  const sizes = run.events.map(({ state }) => Buffer.byteLength(JSON.stringify(state?.output ?? null)));
  expect(Math.max(...sizes)).toBeLessThan(200 * 1024);
});

test('the notification of a deployment that was cancelled because a service failed says where to look', async () => {
  const services = [
    { name: 'web', status: 'BUILD_ERROR', error: 'npm ERR!' },
    { name: 'worker', status: 'CANCELLED' },
  ];

  const run = await watch({ script: [answer('CANCELLED', services)] });

  expect(run.execution).toMatchObject({ error: 'DeploymentCancelled', cause: 'web: BUILD_ERROR: npm ERR!' });
  expect(run.published[0]?.messages.email).toContain('Look at the logs of web in Flightcontrol.');
});

test('line breaks, control characters and emoji of a branch stay out of the subject', async () => {
  const gitBranch = 'fix/\u001b[31mred\u001b[0m\r\nSubject: spoofed 🚀\u0000';
  const script = ['BUILDING', { json: { ...deploymentJson('clx1', 'SUCCESS'), gitBranch } }];

  const run = await watch({ script });

  expect(run.published[0]?.subject).toBe('SUCCEEDED: production, fix/red Subject: spoofed ?');
  expect(run.notifications[0]?.repository?.branch).toBe('fix/red Subject: spoofed 🚀');
});

test('an answer with nothing but id and status is enough', async () => {
  const run = await watch({
    script: [{ json: { deploymentId: 'clx1', status: 'SUCCESS', serviceDeployments: null } }],
  });

  expect(run.execution.output).toEqual({
    version: 1,
    outcome: 'SUCCEEDED',
    deploymentId: 'clx1',
    status: 'SUCCESS',
    watchStartedAt: expect.any(String),
    endedAt: expect.any(String),
    executionArn: 'arn:aws:states:local:000000000000:execution:flightwatch:clx1',
  });
});

test('v1 gets the key as Bearer, legacy the bare key', async () => {
  const secret = ['"plain-key-123"'.replaceAll('"', '')];

  const [legacy, v1] = [
    await watch({ script: ['SUCCESS'], secret }),
    await watch({ script: ['SUCCESS'], secret, settings: { api: 'v1' } }),
  ];

  expect(legacy.requests[0]?.authorization).toBe('plain-key-123');
  expect(v1.requests[0]?.authorization).toBe('Bearer plain-key-123');
});

test('the reason names the first failed services and counts the others', async () => {
  const services = Array.from({ length: 3000 }, (_, index) => ({ name: `service-${index}`, status: 'ERROR' }));

  const run = await watch({ script: ['BUILDING', answer('ERROR', services)] });

  expect(run.execution.cause).toMatch(/^service-0: ERROR; .*; service-9: ERROR; and 2990 more$/);
});
