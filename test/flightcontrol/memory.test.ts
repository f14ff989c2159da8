import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { pollEnvironment } from '../../lib/contract/poll-environment';
import { type FlightcontrolServer, startFlightcontrolServer } from '../../lib/local/flightcontrol-server';
import type { Look } from '../../lib/watch/look';
import type { PollEvent } from '../../lib/watch/poll';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer, SECRET_ARN } from '../support/aws-server';

const ROOT = join(__dirname, '..', '..');
const BUNDLE = join(ROOT, 'dist', 'lambda', 'poll-deployment', 'index.js');
const NODE_24 = join(ROOT, 'node_modules', 'node', 'bin', 'node');

/** The function's memory, and what Lambda's runtime makes of it for Node.js. */
const MEGABYTES = 128;
const LIMITS = ['--max-semi-space-size=6', '--max-old-space-size=115'];

const MEBIBYTE = 1024 * 1024;
const KEY = 'fc_0123456789abcdef0123456789abcdef';

let body: string;
let api: FlightcontrolServer;
let aws: AwsServer;

beforeAll(async () => {
  api = await startFlightcontrolServer(() => (response) => response.writeHead(200).end(body));
  aws = await AwsServer.start();
  aws.secret = KEY;
});
afterAll(() => Promise.all([api.close(), aws.close()]));

/** An answer of at most 1 MiB: as many of these services as fit. */
function services(item: (index: number) => string): string {
  const items: string[] = [];
  for (let length = 200; length < MEBIBYTE; length += (items.at(-1)?.length ?? 0) + 1) items.push(item(items.length));
  return answer(items.slice(0, -1).join(','));
}

/** An answer of at most 1 MiB: a service with as many of these in its error as fit. */
function error(begin: string, item: (index: number) => string, end: string, separator = ','): string {
  const items: string[] = [];
  for (let length = 400; length < MEBIBYTE; length += (items.at(-1)?.length ?? 0) + 1) items.push(item(items.length));
  return answer(service(begin + items.slice(0, -1).join(separator) + end));
}

function answer(serviceDeployments: string): string {
  return `{"deploymentId":"clx1","status":"DEPLOY_ERROR","serviceDeployments":[${serviceDeployments}]}`;
}

function service(errorJson: string): string {
  return `{"service":{"serviceName":"web"},"status":"DEPLOY_ERROR","error":${errorJson}}`;
}

function nested(open: string, close: string): string {
  const depth = Math.floor((MEBIBYTE - 400) / (open.length + close.length));
  return answer(service(`${open.repeat(depth)}1${close.repeat(depth)}`));
}

test.each<[string, string]>([
  ['objects without a field', services(() => '{}')],
  ['empty lists', services(() => '[]')],
  ['services without a name', services(() => '{"status":"ERROR"}')],
  ['services with a status of their own each', services((index) => `{"status":"${index.toString(36)}"}`)],
  ['services with long errors', services(() => service(JSON.stringify('npm ERR! '.repeat(400))))],
  ['lists in lists', nested('[', ']')],
  ['objects in objects', nested('{"a":', '}')],
  ['one long text', error('"', () => 'npm ERR! missing script', '"', ' ')],
  ['escape sequences', error('"', () => '\\u001b]', '"', '')],
  ['the key, again and again', error('"', () => KEY, '"', ' ')],
  ['many numbers', error('[', () => '1', ']')],
  ['many empty objects', error('[', () => '{}', ']')],
  ['many fields', error('{', (index) => `"${index.toString(36)}":1`, '}')],
])('1 MiB of %s is read, and judged, within the memory of the function', async (_, json) => {
  body = json;

  const { look, megabytes } = await poll();

  expect(look.outcome).toBe('FAILED');
  expect(megabytes).toBeLessThan(MEGABYTES);
});

test('1 MiB that is no JSON takes no more memory either', async () => {
  body = '['.repeat(MEBIBYTE);

  const { look, megabytes } = await poll();

  expect(look.outcome).toBe('IN_PROGRESS');
  expect(megabytes).toBeLessThan(MEGABYTES);
});

/** One call of the deployed function on the deployed Node.js. */
async function poll(): Promise<{ readonly look: Look; readonly megabytes: number }> {
  const event: PollEvent = {
    input: { deploymentId: 'clx1' },
    execution: {
      arn: 'arn:aws:states:eu-west-1:123456789012:execution:flightwatch:clx1-1',
      startedAt: new Date().toISOString(),
    },
    settings: { timeoutMinutes: 120, pacing: { ...DEFAULT_PACING, lingerSeconds: 0 } },
    look: null,
  };
  // The peak that getrusage knows is that of the parent, if that is larger.
  const script = `require(${JSON.stringify(BUNDLE)}).handler(${JSON.stringify(event)}).then((look) => {
    const [, kilobytes] = /VmHWM:\\s+(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'));
    console.log(JSON.stringify({ look, megabytes: Number(kilobytes) / 1024 }));
  })`;
  const environment = pollEnvironment.encode({ apiKeySecretArn: SECRET_ARN, api: 'legacy', apiBaseUrl: api.url });
  const child = spawn(NODE_24, [...LIMITS, '-e', script], { env: { ...awsEnvironment(aws), ...environment } });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(errors).toBe('');
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}
