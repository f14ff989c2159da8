import {
  deploymentJson,
  type FlightcontrolServer,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer, SECRET_ARN } from '../support/aws-server';
import { flightwatch, PROMPT } from '../support/command';

const KEY = 'fc_CANARY_typed';

let api: FlightcontrolServer;
let aws: AwsServer;
let answer: (id: string) => { status?: number; json: unknown };

beforeEach(async () => {
  answer = (id) => ({ json: deploymentJson(id, 'SUCCESS') });
  api = await startFlightcontrolServer(({ deploymentId, authorization }) =>
    authorization === KEY ? answer(deploymentId) : { status: 401, json: { error: 'Invalid API key' } },
  );
  aws = await AwsServer.start(api.url);
});
afterEach(() => Promise.all([api.close(), aws.close()]));

function setKey(stdin: string, args: readonly string[] = [], terminal = false) {
  return flightwatch(['set-key', ...args], { env: awsEnvironment(aws), stdin, terminal });
}

test.each([false, true])(
  'the key is stored without white space, and the secret is named (typed on a terminal: %j)',
  async (terminal) => {
    const { exitStatus, stdout } = await setKey(`  ${KEY} \n`, [], terminal);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain(`The key is stored in the secret ${SECRET_ARN}`);
    expect(aws.secret).toBe(KEY);
  },
);

test('the other fields of a JSON secret are kept', async () => {
  aws.secret = '{"apiKey":"old","owner":"ops"}';

  await setKey(KEY);

  expect(JSON.parse(aws.secret)).toEqual({ apiKey: KEY, owner: 'ops' });
});

test('--check reads the deployment once, and then the key is stored', async () => {
  const { exitStatus, stdout } = await setKey(KEY, ['--check', 'clx1']);

  expect(exitStatus).toBe(0);
  expect(stdout).toContain('The key works: deployment clx1 is SUCCESS.');
  expect(api.requests).toHaveLength(1);
  expect(aws.secret).toBe(KEY);
});

test.each<[string, string, () => void, number, string]>([
  [
    'a refused key',
    'fc_CANARY_wrong',
    () => {},
    2,
    'The key could not be checked: GET /api/deployments/clx1: 401. Nothing was stored.',
  ],
  [
    'an unknown deployment',
    KEY,
    () => notFound(),
    2,
    "Check the deployment's id, and that the key belongs to its organisation.",
  ],
  ['an API that is down', KEY, () => down(), 3, 'Try again later, or without --check.'],
])('--check with %s stores nothing', async (_, key, prepare, exitStatus, message) => {
  prepare();

  const result = await setKey(key, ['--check', 'clx1']);

  expect(result.stderr).toContain(message);
  expect(result.exitStatus).toBe(exitStatus);
  expect(aws.secret).toBe('replace-me');
});

function notFound(): void {
  answer = () => ({ status: 404, json: { error: 'Deployment not found' } });
}

function down(): void {
  answer = () => ({ status: 503, json: {} });
}

test.each([
  ['an empty key', '', 'The key on standard input is empty. Nothing was stored.'],
  ['white space', ' \n ', 'is empty'],
  ['a placeholder', 'replace-me', 'still holds a placeholder'],
  ['a line break', 'fc_CANARY\nfc_CANARY', 'holds a line break'],
  ['an unfinished JSON object', '{"apiKey": "fc_CANARY', 'begins like a JSON object but is not valid JSON'],
])('%s is refused in one sentence', async (_, stdin, message) => {
  const { exitStatus, stderr } = await setKey(stdin);

  expect(exitStatus).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(aws.secret).toBe('replace-me');
});

test('a state machine that is not Flightwatch is refused', async () => {
  aws.environment = {};

  const { exitStatus, stderr } = await setKey(KEY);

  expect(exitStatus).toBe(2);
  expect(stderr).toContain('is not a Flightwatch state machine');
});

test.each([
  ['Ctrl-C', { interruptAfter: PROMPT }],
  ['Ctrl-D', { stdin: '\u0004' }],
])('%s at the prompt stores nothing', async (_, options) => {
  const { exitStatus, stdout } = await flightwatch(['set-key'], {
    env: awsEnvironment(aws),
    terminal: true,
    ...options,
  });

  expect(exitStatus).toBe(130);
  expect(stdout).toContain('Interrupted. Nothing was stored.');
  expect(aws.secret).toBe('replace-me');
});
