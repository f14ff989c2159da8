import fc from 'fast-check';
import { defuseCommands, defuseJson, errorAnnotation } from '../../lib/cli/runner-commands';
import {
  deploymentJson,
  type FlightcontrolServer,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import { flightwatch, parseJsonLines } from '../support/command';
import { commandsIn } from '../support/runner';
import { tries } from '../support/thorough';

const COMMANDS = [
  '::stop-commands::token',
  '::set-output name=a::b',
  '::error::forged',
  '##[add-mask]e',
  '##[set-output name=a]b',
  '##[error]forged',
  '##vso[task.setvariable variable=a]b',
  '##VSO[task.complete result=Succeeded;]',
  "##teamcity[buildStatus status='SUCCESS']",
  'section_start:1560896352:forged',
  'section_end:1560896352:forged',
];

const pieces = fc.constantFrom(
  ...COMMANDS,
  ...[
    '::',
    ':',
    '##[',
    '#',
    '[',
    '##',
    'vso',
    'section_',
    'start:',
    'a',
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\u2028',
    '\u0085',
  ],
  ...['\u00a0', '\u3000', '\u200d', '\u00ad', '\u0000', '\u001b', '\ufeff', '\ufe0f', '\u{e0101}', '"', '\\', '💥'],
);
const texts = fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join(''));

describe('a text', () => {
  test('holds no command after it was defused, whatever it is made of', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(commandsIn(defuseCommands(text))).toEqual([]);
      }),
      tries(500, 20_000),
    );
  });

  test.each([
    ['::error::x', ': :error::x'],
    ['  ::error::x', '  : :error::x'],
    ['one\n::error::x', 'one\n: :error::x'],
    ['one\r::error::x', 'one\r: :error::x'],
    ['a ##[add-mask]b', 'a # #[add-mask]b'],
    ['a ##vso[task]b', 'a # #vso[task]b'],
    ['section_start:1:a', 'section_start :1:a'],
  ])('%j becomes %j', (text, expected) => {
    expect(defuseCommands(text)).toBe(expected);
  });

  test.each(['web::api', '## Heading', '#1', '[link](#a)', 'std::vector', 'fe80::1', 'a section_start', '👩‍👩‍👧', ''])(
    '%j stays as it is',
    (text) => {
      expect(defuseCommands(text)).toBe(text);
    },
  );

  test.each(['\n', ' ', '#', ':', '\u200b', '#\u200b', '##a', '\n ', '::', 'section_start'])(
    '1 MiB of %j is defused in less than a second',
    (repeated) => {
      const text = repeated.repeat((1024 * 1024) / repeated.length);
      const start = process.hrtime.bigint();

      defuseCommands(text);

      expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(1);
    },
  );
});

test('a command whose word holds a character that nobody sees is defused', () => {
  const text = '##section_\ufeffa[';

  expect(commandsIn(defuseCommands(text))).toEqual([]);
  expect(commandsIn(defuseJson(JSON.stringify({ text })))).toEqual([]);
});

test('JSON holds no command after it was defused, and its value is the same', () => {
  fc.assert(
    fc.property(fc.record({ error: texts, list: fc.array(texts) }), fc.dictionary(texts, texts), (value, names) => {
      const json = defuseJson(JSON.stringify({ ...value, names }));

      expect(commandsIn(json)).toEqual([]);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ ...value, names })));
    }),
    tries(200, 5000),
  );
});

test('the annotation is one command, and holds no other', () => {
  fc.assert(
    fc.property(texts, texts, (title, message) => {
      const annotation = errorAnnotation(title, message);

      const [, told = ''] = /^::error title=[^:\r\n]*::([^\r\n]*)$/.exec(annotation) ?? [];
      // The runner prints the message, decoded, into its log.
      expect(commandsIn(annotation.slice('::'.length))).toEqual([]);
      expect(commandsIn(told.replaceAll('%0A', '\n').replaceAll('%0D', '\r'))).toEqual([]);
      expect(annotation).toContain('::error title=');
    }),
    tries(200, 5000),
  );
});

describe('text of the API is no command to a runner', () => {
  let server: FlightcontrolServer;
  let answers: object[];

  beforeEach(async () => {
    answers = [];
    server = await startFlightcontrolServer(() => ({ json: answers.length > 1 ? answers.shift() : answers[0] }));
  });
  afterEach(() => server.close());

  function local(args: readonly string[] = [], options: { terminal?: boolean; env?: Record<string, string> } = {}) {
    const env = { FLIGHTCONTROL_API_KEY: 'fc_CANARY_0123', ...options.env };
    return flightwatch(['local', 'clx1', '--api-base-url', server.url, ...args], { ...options, env });
  }

  function failWith(text: string): void {
    answers.push({
      ...deploymentJson('clx1', 'BUILD_ERROR', [{ name: text, status: 'BUILD_ERROR', error: text }]),
      gitBranch: text,
      environmentGivenId: text,
    });
  }

  const everything = `${COMMANDS.map((command) => `${command}\n  ${command}\r${command} in a line ${command}`).join('\n')}`;

  test.each([[[]], [['--json']]])('on either stream, with %j', async (args) => {
    failWith(everything);

    const { exitStatus, stdout, stderr } = await local(args);

    expect(exitStatus).toBe(1);
    expect(commandsIn(stdout)).toEqual([]);
    expect(commandsIn(stderr)).toEqual([]);
  });

  test('in a live block', async () => {
    failWith(everything);

    const { exitStatus, stdout } = await local([], { terminal: true, env: { TERM: 'xterm-256color' } });

    expect(exitStatus).toBe(1);
    expect(commandsIn(stdout)).toEqual([]);
  });

  test('the values of --json are those of the API', async () => {
    failWith('##[add-mask]web');

    const { stdout } = await local(['--json']);

    expect(stdout).not.toContain('##[');
    expect(parseJsonLines(stdout).at(-1)).toMatchObject({ services: [{ name: '##[add-mask]web' }] });
  });

  test('in an unknown status, which is a warning', async () => {
    answers.push(deploymentJson('clx1', '##[error]WAITING'));
    failWith('x');

    const { stderr } = await local();

    expect(stderr).toContain('unknown status # #[error]WAITING');
  });

  test('in GitHub Actions, the only command is the annotation', async () => {
    failWith(everything);

    const { stdout, stderr } = await local([], { env: { GITHUB_ACTIONS: 'true' } });

    expect(commandsIn(stdout)).toEqual([]);
    expect(commandsIn(stderr)).toEqual([expect.stringMatching(/^::error title=FAILED%3A /)]);
  });
});

test.each(['::stop-commands::x', '##[stop-commands]x', '##vso[task.complete]'])(
  'an argument that is %j is no command either',
  async (argument) => {
    for (const args of [['watch', argument], [argument], ['demo', '--scenario', argument], ['local', argument]]) {
      const { stdout, stderr } = await flightwatch(args, { env: { FLIGHTCONTROL_API_KEY: 'fc_CANARY_0123' } });

      expect(commandsIn(stdout + stderr)).toEqual([]);
    }
  },
);
