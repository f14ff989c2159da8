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

test.each([
  ['a field is replaced', '{"apiKey":"old","owner":"ops"}', `{"apiKey":"${KEY}","owner":"ops"}`],
  ['a field is added', '{"owner":"ops"}', `{"owner":"ops","apiKey": "${KEY}"}`],
  ['a field is added to an empty object', ' {} ', ` {"apiKey": "${KEY}"} `],
  ['null is replaced', '{"apiKey":null}', `{"apiKey":"${KEY}"}`],
  [
    'numbers, escapes and white space stay as they are',
    '\n{ "id": 12345678901234567890.10, "apiKey" : "old",\t"e\\u0301": 1e3,\n  "n": {"apiKey": "other"} }\n',
    `\n{ "id": 12345678901234567890.10, "apiKey" : "${KEY}",\t"e\\u0301": 1e3,\n  "n": {"apiKey": "other"} }\n`,
  ],
  ['an escaped name is the same name', '{"api\\u004bey":"old"}', `{"api\\u004bey":"${KEY}"}`],
  [
    'text with dollar signs stays as it is',
    '{"apiKey":"$& $1","price":"$& $1"}',
    `{"apiKey":"${KEY}","price":"$& $1"}`,
  ],
  ['bare text is the key itself', 'fc_old', KEY],
  ['a quoted key is the key itself', '"fc_old"', KEY],
])('of a JSON secret, everything else is kept: %s', async (_, before, after) => {
  aws.secret = before;

  const { exitStatus } = await setKey(KEY);

  expect(exitStatus).toBe(0);
  expect(aws.secret).toBe(after);
});

test.each([
  ['a list', '["CANARY"]', 'holds JSON that is a list'],
  ['a number', '12345678901234567890', 'holds JSON that is a number'],
  ['an unfinished object', '{"owner":"CANARY"', 'begins like a JSON object but is not valid JSON'],
  ['an object with a comment', '{"owner":"CANARY" /* me */}', 'begins like a JSON object but is not valid JSON'],
  ['two keys', '{"apiKey":"CANARY","apiKey":"CANARY"}', 'holds "apiKey" more than once'],
  ['two keys, one of them escaped', '{"apiKey":"CANARY","api\\u004bey":"b"}', 'holds "apiKey" more than once'],
  ['an object under apiKey', '{"apiKey":{"v1":"CANARY"}}', 'holds a value under "apiKey" that is no text'],
])('a secret that holds %s is refused in one sentence, and stays as it is', async (_, before, message) => {
  aws.secret = before;

  const { exitStatus, stderr } = await setKey(KEY);

  expect(exitStatus).toBe(2);
  expect(stderr).toContain(`The secret ${SECRET_ARN} ${message}. Nothing was stored.`);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(aws.secret).toBe(before);
});

test('a binary secret is refused, and stays as it is', async () => {
  aws.secretBinary = 'Q0FOQVJZ';

  const { exitStatus, stderr } = await setKey(KEY);

  expect(exitStatus).toBe(2);
  expect(stderr).toContain(`The secret ${SECRET_ARN} holds binary data. Nothing was stored.`);
  expect(aws.calls).not.toContain('PutSecretValue');
});

test.each([`Bearer ${KEY}`, ` bearer  ${KEY}\n`, `{"apiKey":"Bearer ${KEY}"}`])(
  'the key is stored without what stands in front of it: %j',
  async (typed) => {
    const { exitStatus } = await setKey(typed);

    expect(exitStatus).toBe(0);
    expect(aws.secret).toBe(KEY);
  },
);

test('--check reads the deployment once, and then the key is stored', async () => {
  const { exitStatus, stdout } = await setKey(KEY, ['--check', 'clx1']);

  expect(exitStatus).toBe(0);
  expect(stdout).toContain('The key works: deployment clx1 is SUCCESS.');
  expect(api.requests).toHaveLength(1);
  expect(aws.secret).toBe(KEY);
});

test('the key is stored even if nobody reads standard output', async () => {
  const options = { env: awsEnvironment(aws), stdin: KEY, unread: true };

  const { exitStatus } = await flightwatch(['set-key', '--check', 'clx1'], options);

  expect(exitStatus).toBe(0);
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
