import {
  addV1Fields,
  deploymentJson,
  type FlightcontrolServer,
  type ServiceJson,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import { type ActionStep, runActionStep } from '../support/action-runner';
import { HookServer } from '../support/hook-server';

const KEY = 'fc_CANARY+of/the=action';

let api: FlightcontrolServer;
let hook: HookServer;
let status: string;

beforeEach(async () => {
  status = 'SUCCESS';
  api = await startFlightcontrolServer(({ deploymentId, authorization }) =>
    authorization === KEY
      ? {
          json: addV1Fields(deploymentJson(deploymentId, status, services()), {
            'web-api': 'https://api.mydomain.com',
          }),
        }
      : { status: 401, json: { error: `Invalid API key ${authorization}` } },
  );
  hook = await HookServer.start();
});
afterEach(async () => {
  await Promise.all([api.close(), hook.close()]);
});

function services(): ServiceJson[] {
  return [{ name: 'web-api', status, error: status.endsWith('ERROR') ? 'npm ERR! ::error::no command' : null }];
}

/** There are no AWS credentials. */
function run({ inputs, ...step }: ActionStep) {
  return runActionStep({ ...step, inputs: { 'api-key': KEY, 'api-base-url': api.url, ...inputs } });
}

test('a deployment that succeeds sets the outputs, with the addresses of the services', async () => {
  const { exitStatus, outputs, summary, commands } = await run({ inputs: { 'deployment-id': 'clx1' } });

  expect(exitStatus).toBe(0);
  expect(commands).toEqual([]);
  expect(Object.keys(outputs).toSorted()).toEqual(
    ['deployment-id', 'environment', 'outcome', 'record', 'services', 'status'].toSorted(),
  );
  expect(JSON.parse(outputs.services ?? '')).toMatchObject([{ name: 'web-api', url: 'https://api.mydomain.com' }]);
  expect(summary).toContain('[api.mydomain.com](https://api.mydomain.com)');
});

test('a deployment that fails fails the step', async () => {
  status = 'BUILD_ERROR';

  const { exitStatus, outputs, commands } = await run({ inputs: { 'deploy-hook-url': hook.url } });

  expect(exitStatus).toBe(1);
  expect(outputs).toMatchObject({ 'deployment-id': 'clx1', outcome: 'FAILED', environment: 'production' });
  expect(commands).toEqual([expect.stringMatching(/^::error title=FAILED%3A production%2C main::/)]);
  expect(hook.calls).toHaveLength(1);
});

test('a refused key is named as the input', async () => {
  const { exitStatus, outputs } = await run({ inputs: { 'api-key': 'fc_CANARY_refused', 'deployment-id': 'clx1' } });

  expect(exitStatus).toBe(3);
  expect(outputs).toMatchObject({ outcome: 'WATCH_FAILED', reason: expect.stringContaining('401') });
});

test('the runner is told to mask the key as it is given, as it is used and as it stands in an address', async () => {
  const { log } = await run({ inputs: { 'api-key': `Bearer ${KEY}`, 'deployment-id': 'clx1' } });

  const masked = [...log.matchAll(/^::add-mask::(.*)$/gm)].map(([, secret = '']) => secret.replaceAll('%25', '%'));
  const forms = [`Bearer ${KEY}`, KEY];

  expect(masked.toSorted()).toEqual([...forms, ...forms.map(encodeURIComponent)].toSorted());
});

test('the event that started the job announces the deployment', async () => {
  const body = { deployment: { payload: JSON.stringify({ deployment: { id: 'clx2' } }) } };

  const { exitStatus, outputs } = await run({ event: { name: 'deployment', body } });

  expect(exitStatus).toBe(0);
  expect(outputs['deployment-id']).toBe('clx2');
});

test('a deployment that is not of Flightcontrol is one line, and no failure', async () => {
  const { exitStatus, outputs, summary, log, commands } = await run({
    event: { name: 'deployment', body: { deployment: { payload: {}, environment: 'github-pages' } } },
  });

  expect(exitStatus).toBe(0);
  expect({ outputs, summary, commands }).toEqual({ outputs: {}, summary: '', commands: [] });
  expect(log.replace(/^::add-mask::.*\n/gm, '')).toBe(
    'This event is about no deployment of Flightcontrol, or about one that is over: nothing to watch.\n',
  );
});

test('a deployment of Flightcontrol without an id is a warning with the names of its fields, and no failure', async () => {
  const deployment = { environmentGivenId: 'CANARY_value', serviceDeployments: [] };

  const { exitStatus, outputs, commands } = await run({
    event: { name: 'deployment_status', body: { deployment: { payload: { deployment } } } },
  });

  expect(exitStatus).toBe(0);
  expect(outputs).toEqual({});
  expect(commands).toEqual([
    expect.stringMatching(/^::warning title=Flightwatch::.*environmentGivenId, serviceDeployments/),
  ]);
});
