import {
  deploymentJson,
  type FlightcontrolServer,
  type Request,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import { flightwatch } from '../support/command';

const KEY = 'fc_CANARY_on_the_command_line';

let server: FlightcontrolServer;
let answerTo: (request: Request) => { status?: number; json: unknown };

beforeEach(async () => {
  server = await startFlightcontrolServer((request) => answerTo(request));
});
afterEach(() => server.close());

function local(id: string, ...args: string[]) {
  return flightwatch(['local', id, '--api-base-url', server.url, ...args], { env: { FLIGHTCONTROL_API_KEY: KEY } });
}

describe('demo', () => {
  test('shows a success and a failure with their e-mails, says what is next, and exits with 0', async () => {
    const { exitStatus, stdout } = await flightwatch(['demo']);

    expect(exitStatus).toBe(0);
    expect(stdout.match(/Subject: .*/g)).toEqual([
      'Subject: SUCCEEDED: production, main',
      'Subject: FAILED: production, main',
    ]);
    expect(stdout).toContain('Wait Before Next Poll');
    expect(stdout).toContain('FLIGHTCONTROL_API_KEY=');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no colour in a pipe.
    expect(stdout).not.toMatch(/\u001b/);
  });

  test.each([
    ['cancelled', 'CANCELLED'],
    ['no-change', 'SUCCEEDED'],
    ['deploy-error', 'FAILED'],
    ['not-found-at-first', 'SUCCEEDED'],
    ['unknown', 'WATCH_FAILED'],
    ['api-down', 'SUCCEEDED'],
    ['throttled', 'SUCCEEDED'],
    ['key-refused', 'WATCH_FAILED'],
    ['time-up', 'TIMED_OUT'],
  ])('scenario %s ends as %s', async (name, outcome) => {
    const { exitStatus, stdout } = await flightwatch(['demo', '--scenario', name]);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain(`Subject: ${outcome}: `);
  });

  test('--list names the scenarios', async () => {
    const { stdout } = await flightwatch(['demo', '--list']);

    expect(stdout).toMatch(/^build-error +the build of one service fails/m);
  });
});

describe('local', () => {
  test.each([
    ['SUCCESS', 0],
    ['NO_CHANGE', 0],
    ['BUILD_ERROR', 1],
    ['CANCELLED', 1],
  ])('%s exits with %d', async (status, expected) => {
    answerTo = ({ deploymentId }) => ({ json: deploymentJson(deploymentId, status) });

    const { exitStatus, stdout } = await local('clx1');

    expect(exitStatus).toBe(expected);
    expect(stdout).toContain('Subject: ');
  });

  test('a refused key exits with 3 and says where the key is taken from', async () => {
    answerTo = () => ({ status: 401, json: { error: `Invalid API key ${KEY}` } });

    const { exitStatus, stdout } = await local('clx1');

    expect(exitStatus).toBe(3);
    expect(stdout).toContain('put it into the environment variable FLIGHTCONTROL_API_KEY');
  });

  test('--json prints a line for each look, and the record last', async () => {
    let looks = 0;
    answerTo = ({ deploymentId }) => {
      looks += 1;
      return { json: deploymentJson(deploymentId, looks === 1 ? 'INPROGRESS' : 'SUCCESS') };
    };

    const { stdout } = await local('clx1', '--json');

    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { outcome: 'IN_PROGRESS', status: 'INPROGRESS' },
      { outcome: 'SUCCEEDED', status: 'SUCCESS' },
      { version: 1, outcome: 'SUCCEEDED', deploymentId: 'clx1' },
    ]);
  });

  test('interrupted: exits with 130 and says that the watch is over', async () => {
    answerTo = ({ deploymentId }) => ({ json: deploymentJson(deploymentId, 'BUILDING') });

    const { exitStatus, stderr } = await flightwatch(['local', 'clx1', '--api-base-url', server.url], {
      env: { FLIGHTCONTROL_API_KEY: KEY },
      interruptAfter: /BUILDING/,
    });

    expect(exitStatus).toBe(130);
    expect(stderr).toContain('is over');
  });
});

describe('wrong usage exits with 2 and one sentence', () => {
  test.each([
    ['no key', ['local', 'clx1'], {}, 'FLIGHTCONTROL_API_KEY is empty'],
    ['a key with a line break', ['local', 'clx1'], { FLIGHTCONTROL_API_KEY: `${KEY}\n${KEY}` }, 'line break'],
    [
      'an id with a slash',
      ['local', 'a/b'],
      { FLIGHTCONTROL_API_KEY: KEY },
      'deploymentId: got "a/b", expected 1 to 64 of',
    ],
    ['no id', ['local'], {}, "missing required argument 'deploymentId'"],
    [
      '--timeout-minutes 0',
      ['local', 'clx1', '--timeout-minutes', '0'],
      {},
      '--timeout-minutes: got "0", expected a whole number',
    ],
    ['another API', ['local', 'clx1', '--api', 'v2'], {}, 'Allowed choices are legacy, v1'],
    [
      'an http address',
      ['local', 'clx1', '--api-base-url', 'http://example.com'],
      {},
      '--api-base-url: got "http://example.com"',
    ],
    ['an unknown scenario', ['demo', '--scenario', 'x'], {}, '--scenario: got "x", expected one of success'],
    ['an unknown option', ['demo', '--nonsense'], {}, "unknown option '--nonsense'"],
    ['an unknown command', ['xyzzy'], {}, "unknown command 'xyzzy'"],
  ])('%s', async (_, args, env, message) => {
    const { exitStatus, stderr } = await flightwatch(args, { env });

    expect(exitStatus).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
