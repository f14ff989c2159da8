import { pollEnvironment } from '../../lib/contract/poll-environment';
import {
  type Answer,
  deploymentJson,
  type FlightcontrolServer,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer, SECRET_ARN } from '../support/aws-server';
import { flightwatch, PROMPT, parseJsonLines } from '../support/command';

const KEY = 'fc_CANARY_typed';

let api: FlightcontrolServer;
let aws: AwsServer;
let answer: (id: string) => Answer;

const NOT_FOUND = { status: 404, json: { error: 'Deployment not found' } };

beforeEach(async () => {
  answer = (id) => (id === 'clx1' ? { json: deploymentJson(id, 'SUCCESS') } : NOT_FOUND);
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

describe('without --check, the API is asked for a deployment that does not exist', () => {
  test('once, and the key is stored if the API says that there is none', async () => {
    const { exitStatus, stdout } = await setKey(KEY);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain(
      "The API accepted the key, as far as can be told: GET /api/deployments/flightwatch-key-check: 404 Deployment not found. To be sure, pass a deployment's id with --check.\n",
    );
    expect(api.requests).toHaveLength(1);
    expect(aws.secret).toBe(KEY);
  });

  test.each([401, 403])('a refused key (%s) is not stored', async (status) => {
    answer = () => ({ status, json: { error: 'Invalid API key fc_CANARY_typed' } });

    const { exitStatus, stdout, stderr } = await setKey(KEY);

    expect(exitStatus).toBe(2);
    expect(stderr).toBe(
      `Flightcontrol refused the key: GET /api/deployments/flightwatch-key-check: ${status}. Nothing was stored. Create a new API key in Flightcontrol.\n`,
    );
    expect(stdout).toBe('');
    expect(aws.secret).toBe('replace-me');
  });

  test.each<[string, Answer]>([
    ['an error of the server', { status: 500, json: { error: 'fc_CANARY_typed' } }],
    ['429', { status: 429, json: {} }],
    ['an answer that is no deployment', { json: { hello: 'fc_CANARY_typed' } }],
    ['a connection that is cut', (response) => response.destroy()],
  ])('after %s the key is not stored, for nobody knows', async (_, unusable) => {
    answer = () => unusable;

    const { exitStatus, stderr } = await setKey(KEY);

    expect(exitStatus).toBe(3);
    expect(stderr).toMatch(
      /^The key could not be checked: .+\. Nothing was stored\..* Try again later, or store it unchecked with --no-check\.\n$/,
    );
    expect(aws.secret).toBe('replace-me');
  });

  test.each<[string, Answer]>([
    ['a 404 of another server', (response) => response.writeHead(404).end('<html>Not Found</html>')],
    ['a redirect', { status: 308, headers: { location: 'https://api.example.com/v1' }, json: {} }],
    ['410', { status: 410, json: {} }],
  ])('after %s, there is a word about the other generation of the API', async (_, gone) => {
    answer = () => gone;

    const { exitStatus, stderr } = await setKey(KEY);

    expect(exitStatus).toBe(3);
    expect(stderr).toContain(
      'If Flightcontrol has retired its legacy API, set the setting api to v1, and deploy again.',
    );
    expect(aws.secret).toBe('replace-me');
  });

  test('v1 gets the key as v1 wants it', async () => {
    aws.environment = pollEnvironment.encode({ api: 'v1', apiBaseUrl: api.url, apiKeySecretArn: SECRET_ARN });

    await setKey(KEY);

    expect(api.requests.map(({ authorization }) => authorization)).toEqual([`Bearer ${KEY}`]);
  });

  test('--no-check asks nobody, and says so', async () => {
    answer = down;

    const { exitStatus, stdout } = await setKey(KEY, ['--no-check']);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain('The key was not checked.');
    expect(api.requests).toEqual([]);
    expect(aws.secret).toBe(KEY);
  });

  test.each([
    [[], true],
    [['--no-check'], false],
  ])('--json %j says whether it was checked: %j', async (args, checked) => {
    const { stdout } = await setKey(KEY, ['--json', ...args]);

    expect(parseJsonLines(stdout)).toEqual([{ secretArn: SECRET_ARN, status: 'STORED', checked }]);
  });
});

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
    'Flightcontrol refused the key: GET /api/deployments/clx1: 401. Nothing was stored. Create a new API key',
  ],
  [
    'an unknown deployment',
    KEY,
    () => notFound(),
    2,
    "Check the deployment's id, and that the key belongs to its organisation.",
  ],
  ['an API that is down', KEY, () => goDown(), 3, 'Try again later, or store it unchecked with --no-check.'],
])('--check with %s stores nothing', async (_, key, prepare, exitStatus, message) => {
  prepare();

  const result = await setKey(key, ['--check', 'clx1']);

  expect(result.stderr).toContain(message);
  expect(result.exitStatus).toBe(exitStatus);
  expect(aws.secret).toBe('replace-me');
});

describe('--check, where the answer is none of the legacy API', () => {
  const html =
    (status: number): Answer =>
    (response) =>
      response.writeHead(status).end('<html>Gone</html>');

  test.each<[string, Answer]>([
    ['a 404 with HTML', html(404)],
    ['a 200 with HTML', html(200)],
    ['a redirect', { status: 301, headers: { location: 'https://api.example.com/v1' }, json: {} }],
    ['410', { status: 410, json: {} }],
  ])('has a word about the other generation after %s', async (_, gone) => {
    answer = () => gone;

    const { exitStatus, stderr } = await setKey(KEY, ['--check', 'clx1']);

    expect(exitStatus).toBe(3);
    expect(stderr).toContain(
      'If Flightcontrol has retired its legacy API, set the setting api to v1, and deploy again.',
    );
    expect(aws.secret).toBe('replace-me');
  });
});

function notFound(): void {
  answer = () => NOT_FOUND;
}

function goDown(): void {
  answer = down;
}

function down(): Answer {
  return { status: 503, json: {} };
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
