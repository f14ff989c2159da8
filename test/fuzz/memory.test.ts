import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pollEnvironment } from '../../lib/contract/poll-environment';
import { DEFAULT_WATCH_SETTINGS } from '../../lib/contract/watch-settings';
import { deploymentJson, startFlightcontrolServer } from '../../lib/local/flightcontrol-server';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer, SECRET_ARN } from '../support/aws-server';
import { HOSTILE_JSON, HOSTILE_TEXTS } from '../support/hostile-inputs';
import { isThorough } from '../support/thorough';

const run = promisify(execFile);

const BUNDLE = join(__dirname, '..', '..', 'dist', 'lambda', 'poll-deployment', 'index.js');

/** Each call looks once. */
const SETTINGS = { ...DEFAULT_WATCH_SETTINGS, pacing: { ...DEFAULT_WATCH_SETTINGS.pacing, lingerSeconds: 0 } };

/** In CI, a little less than the client reads. */
const SIZE = (isThorough ? 1000 : 250) * 1024;

/** Large answers, by the deployments that they are about. */
const BODIES: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(HOSTILE_TEXTS).map(([name, make]) => [idOf(name), bodyOf(make(SIZE))]),
  ...Object.entries(HOSTILE_JSON).map(([name, make]) => [idOf(name), bodyOf(make(SIZE))]),
  ...Object.entries(HOSTILE_TEXTS).map(([name, make]) => [`bare-${idOf(name)}`, make(SIZE)]),
]);

function idOf(name: string): string {
  return name.replace(/\W+/g, '-');
}

/** As the error of a service, where any JSON is allowed; cut, and so no JSON, if it is larger than what is read. */
function bodyOf(error: unknown): string {
  return JSON.stringify({ ...deploymentJson('any', 'ERROR', [{ name: 'web', status: 'ERROR', error }]) }).slice(
    0,
    SIZE,
  );
}

/** Calls the function for each deployment and prints the most memory that its process ever had, in kilobytes. */
const SCRIPT = `
const { handler } = require(process.argv[1]);
const { settings, ids } = JSON.parse(process.argv[2]);
const execution = { arn: 'arn:aws:states:eu-west-1:123456789012:execution:f:n', startedAt: new Date().toISOString() };
(async () => {
  let longestMilliseconds = 0;
  for (const deploymentId of ids) {
    const start = performance.now();
    await handler({ input: { deploymentId }, execution, settings, look: null });
    longestMilliseconds = Math.max(longestMilliseconds, performance.now() - start);
  }
  console.log(JSON.stringify({ longestMilliseconds, kilobytes: process.resourceUsage().maxRSS }));
})();
`;

/** What Lambda's runtime makes of 128 MB for Node.js. */
const LIMITS = ['--max-semi-space-size=6', '--max-old-space-size=115'];

interface Used {
  readonly longestMilliseconds: number;
  readonly kilobytes: number;
}

// What one answer may take is in test/flightcontrol/memory.test.ts.
test('the deployed poll function survives any large answers in a row, and keeps nothing of them', async () => {
  const api = await startFlightcontrolServer(
    ({ deploymentId }) =>
      (response) =>
        response.end(BODIES[deploymentId]),
  );
  const aws = await AwsServer.start();
  aws.secret = 'plain-key-123';
  const environment = pollEnvironment.encode({ api: 'legacy', apiBaseUrl: api.url, apiKeySecretArn: SECRET_ARN });
  const look = async (times: number): Promise<Used> => {
    const ids = Array.from({ length: times }, () => Object.keys(BODIES)).flat();
    const args = [...LIMITS, '-e', SCRIPT, BUNDLE, JSON.stringify({ settings: SETTINGS, ids })];
    const { stdout } = await run(process.execPath, args, { env: { ...awsEnvironment(aws), ...environment } });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Used;
  };

  const [once, threeTimes] = [await look(1), await look(3)];
  await Promise.all([api.close(), aws.close()]);

  expect(once.longestMilliseconds).toBeLessThan(2000);
  expect(threeTimes.kilobytes).toBeLessThan(once.kilobytes * 1.5);
}, 60_000);
