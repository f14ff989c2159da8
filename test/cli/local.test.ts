import { runDemo } from '../../lib/cli/demo';
import { STATES } from '../../lib/contract/states';
import {
  deploymentJson,
  type FlightcontrolServer,
  type Request,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import { type CommandOptions, flightwatch, parseJsonLines } from '../support/command';
import { fakeTerminal } from './fake-terminal';

const KEY = 'fc_CANARY_on_the_command_line';
const ESCAPE = '\u001b[';

let server: FlightcontrolServer;
let answerTo: (request: Request) => { status?: number; json: unknown };

beforeEach(async () => {
  server = await startFlightcontrolServer((request) => answerTo(request));
});
afterEach(() => server.close());

function local(args: readonly string[], { env = {}, ...options }: CommandOptions = {}) {
  const environment = { FLIGHTCONTROL_API_KEY: KEY, ...env };
  return flightwatch(['local', ...args, '--api-base-url', server.url], { ...options, env: environment });
}

/** Answers with these statuses, one for each look. The last one stays. */
function answerWith(...statuses: string[]): void {
  answerTo = ({ deploymentId }) => {
    const status = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? '';
    return { json: deploymentJson(deploymentId, status, [{ name: 'web-api', status }]) };
  };
}

describe('demo', () => {
  test('shows a success and a failure with their e-mails and the next steps, and exits with 0', async () => {
    const { exitStatus, stdout } = await flightwatch(['demo']);

    expect(exitStatus).toBe(0);
    expect(stdout.match(/Subject: .*/g)).toEqual([
      'Subject: SUCCEEDED: production, main',
      'Subject: FAILED: production, main',
    ]);
    expect(stdout).toContain(STATES.wait);
    expect(endTimesIn(stdout)).toEqual(endTimesIn(stdout).toSorted());
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the start of every colour.
    expect(stdout).not.toMatch(/\u001b/);
  });

  /** The times in the e-mails: no story begins before the one above it has ended. */
  function endTimesIn(stdout: string): string[] {
    const times = stdout.match(/(?<=│ Ended: ).*/g) ?? [];
    expect(times).toHaveLength(2);
    return times;
  }

  /** Without a process of its own, and without a wait. @returns what is printed */
  async function playDemo(scenario: string): Promise<string> {
    const { terminal, out } = fakeTerminal();
    await runDemo(scenario, terminal, { speed: Number.POSITIVE_INFINITY, startAt: new Date() });
    return out.join('\n');
  }

  test.each([
    ['cancelled', 'CANCELLED', /Cancelled by a user, by a newer push/],
    ['no-change', 'SUCCEEDED', /web-api: NO_CHANGE/],
    ['deploy-error', 'FAILED', /Health check failed/],
    [
      'not-found-at-first',
      'SUCCEEDED',
      /no answer {2}GET .*: 404 .*; asking again in \d s\n.* {4}… (once more|\d more)/,
    ],
    ['unknown', 'WATCH_FAILED', /no answer {2}GET .*: 404 .*; asking again in \d s\n/],
    ['api-down', 'SUCCEEDED', /BUILDING {2}GET .*: 502; asking again in 2 s\n/],
    ['throttled', 'SUCCEEDED', /BUILDING {2}GET .*: 429 .*; asking again in (4[5-9]|5\d) s\n/],
    ['key-refused', 'WATCH_FAILED', /Flightcontrol refused the API key/],
    ['time-up', 'TIMED_OUT', /Still BUILDING when the watch reached its time limit/],
  ])('scenario %s ends as %s, and shows what it promises', async (name, outcome, promise) => {
    const stdout = await playDemo(name);

    expect(stdout).toContain(`Subject: ${outcome}: `);
    expect(stdout).toMatch(promise);
  });

  test('the next steps are commands as they are typed where the demo runs, and none of them holds a key', async () => {
    const npm = { npm_command: 'run-script', npm_package_name: 'flightwatch' };
    const { stdout } = await flightwatch(['demo', '--scenario', 'no-change'], { env: npm });
    const [, nextSteps = ''] = stdout.split('└──\n');

    expect(nextSteps).toContain('\n    npm run --silent flightwatch -- local <deploymentId>\n');
    expect(nextSteps).toContain('\n    npx cdk deploy\n');
    expect(nextSteps).not.toMatch(/FLIGHTCONTROL_API_KEY=/);
  });

  test('scenario recovered watches four deployments, and the e-mails know those before', async () => {
    const stdout = await playDemo('recovered');

    const subjects = stdout.match(/^(│ Subject: )?[A-Z]+: production, .+$/gm);
    expect(subjects).toEqual([
      'SUCCEEDED: production, main',
      'FAILED: production, main',
      '│ Subject: FAILED: production, main, 2nd failure in a row',
      '│ Subject: SUCCEEDED: production, main, recovered after 2 failures',
    ]);
    expect(stdout).toContain('/compare/01e573f201e573f201e573f201e573f201e573f2...deadbeef');
    expect(stdout).toContain('/compare/01e573f201e573f201e573f201e573f201e573f2...c0ffee00');
    expect(stdout).toContain('demo-recovered-4');
  });

  test('--list shows the scenarios', async () => {
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
    answerWith(status);

    const { exitStatus, stdout } = await local(['clx1']);

    expect(exitStatus).toBe(expected);
    expect(stdout).toContain('Subject: ');
  });

  test('a refused key exits with 3 and names the environment variable of the key', async () => {
    answerTo = () => ({ status: 401, json: { error: `Invalid API key ${KEY}` } });

    const { exitStatus, stdout } = await local(['clx1']);

    expect(exitStatus).toBe(3);
    expect(stdout).toContain('put it into the environment variable FLIGHTCONTROL_API_KEY');
  });

  test('--json prints a line for each look, and the record last', async () => {
    answerWith('INPROGRESS', 'SUCCESS');

    const { stdout } = await local(['clx1', '--json']);

    expect(parseJsonLines(stdout)).toMatchObject([
      { outcome: 'IN_PROGRESS', status: 'INPROGRESS' },
      { outcome: 'SUCCEEDED', status: 'SUCCESS' },
      { version: 1, outcome: 'SUCCEEDED', deploymentId: 'clx1' },
    ]);
  });

  test('a terminal shows one live block, in colour, and then the e-mail', async () => {
    answerWith('INPROGRESS', 'SUCCESS');

    const { exitStatus, stdout } = await local(['clx1'], { terminal: true, env: { TERM: 'xterm-256color' } });

    expect(exitStatus).toBe(0);
    expect(stdout).toContain(`${ESCAPE}36mINPROGRESS`);
    expect(stdout).toContain('\n  web-api: INPROGRESS');
    // To draw over the block, the cursor moves up. It is shown again at the end.
    expect(stdout).toContain(`${ESCAPE}1A`);
    expect(stdout).toContain(`${ESCAPE}?25h`);
    expect(stdout).toContain('Subject: SUCCEEDED: production, main');
    expect(stdout).not.toContain(STATES.wait);
  });

  test('--json prints no live block on a terminal', async () => {
    answerWith('SUCCESS');

    const { stdout } = await local(['clx1', '--json'], { terminal: true, env: { TERM: 'xterm-256color' } });

    expect(parseJsonLines(stdout)).toMatchObject([{ outcome: 'SUCCEEDED' }, { version: 1, outcome: 'SUCCEEDED' }]);
  });

  test('a pipe gets one line for each change, and no states', async () => {
    answerWith('INPROGRESS', 'SUCCESS');

    const { stdout, stderr } = await local(['clx1']);

    expect(stdout.split('\n').filter((line) => /^\d\d:\d\d /.test(line))).toEqual([
      '00:00  INPROGRESS  web-api: INPROGRESS',
      expect.stringMatching(/^\d\d:\d\d {2}SUCCEEDED {2}web-api: SUCCESS$/),
    ]);
    expect(stdout).not.toContain(STATES.wait);
    expect(stderr).toBe('');
  });

  test('a warning is printed above the live block', async () => {
    answerWith('HIBERNATING', 'SUCCESS');

    const { exitStatus, stdout } = await local(['clx1'], { terminal: true, env: { TERM: 'xterm-256color' } });

    expect(exitStatus).toBe(0);
    expect(stdout.match(/unknown status HIBERNATING[^\n]*\n/g)).toHaveLength(1);
  });

  test('an interrupt exits with 130 and says that the watch has stopped', async () => {
    answerWith('BUILDING');

    const { exitStatus, stderr } = await local(['clx1'], { interruptAfter: /BUILDING/ });

    expect(exitStatus).toBe(130);
    expect(stderr).toContain('This watch ran on this machine and has stopped.');
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
    ['another API', ['local', 'clx1', '--api', 'v2'], {}, '--api: got "v2", expected legacy or v1.'],
    [
      'an http address',
      ['local', 'clx1', '--api-base-url', 'http://example.com'],
      {},
      '--api-base-url: got "http://example.com"',
    ],
    [
      'an address of another host',
      ['local', 'clx1', '--api-base-url', 'https://app.flightcontrol.dev//api'],
      {},
      '--api-base-url: got an address on app.flightcontrol.dev that is not plain',
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
