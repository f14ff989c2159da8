import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FlightwatchStack } from '../lib/constructs/flightwatch-stack';
import { DEFAULT_SETTINGS, readSettings, type Settings } from '../lib/constructs/settings';
import { FUNCTIONS } from '../lib/contract/functions';
import { OUTCOMES } from '../lib/contract/outcomes';
import { isLookState } from '../lib/contract/state-kinds';
import { STATES } from '../lib/contract/states';
import { type Layout, readImports } from './support/diagram';
import { codeIn, ROOT, readText, tableIn } from './support/markdown';
import { NOTIFICATIONS } from './support/notifications';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...markdownIn('docs'),
  ...markdownIn('docs/decisions'),
];

function markdownIn(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder)).filter((file) => file.endsWith('.md'));
  return files.map((file) => `${folder}/${file}`);
}

/** Of a file or a folder, from the root of the project; of a module, without the ending. */
const PATH = String.raw`(?:bench|bin|docs|e2e|examples|lambda|lib|outside|pictures|release|soak|test|tools)/[\w./-]*`;

function exists(path: string): boolean {
  return existsSync(join(ROOT, path)) || existsSync(join(ROOT, `${path}.ts`));
}

describe.each(DOCUMENTS)('%s', (document) => {
  const text = readText(document);

  test('names files that exist', () => {
    const files = codeIn(text).filter((code) => new RegExp(`^${PATH}$`).test(code));

    expect(files.filter((file) => !exists(file))).toEqual([]);
  });

  test('names tests that exist', () => {
    const titles = [...text.matchAll(/`(test\/\S+\.test\.ts)`((?:,| and) "[^"]+")+/g)].flatMap(([all, file = '']) =>
      [...all.matchAll(/"([^"]+)"/g)].map(([, title = '']) => ({ file, title: title.replace(/\s+/g, ' ') })),
    );

    expect(titles.filter(({ file, title }) => !readText(file).includes(`'${title}`))).toEqual([]);
  });
});

function headingsOf(file: string): string[] {
  return [...readText(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
}

test.each(['lib', 'lambda', 'bin', 'examples'])('comments in %s name files that exist', (folder) => {
  const comments = codeFilesIn(folder).flatMap((file) => commentsIn(readText(file)).map((text) => ({ file, text })));
  const named = comments.flatMap(({ file, text }) =>
    [...text.matchAll(new RegExp(`(?<![\\w./@-])${PATH}`, 'g'))].map(([path]) => ({ file, path })),
  );

  expect(comments).not.toEqual([]);
  expect(named.filter(({ path }) => !exists(path.replace(/[.-]+$/, '')))).toEqual([]);
});

function codeFilesIn(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  const own = files.filter(
    (file) => /\.(ts|js|yml)$/.test(file) && !/(^|\/)(node_modules|cdk\.out|build)\//.test(file),
  );
  return own.map((file) => `${folder}/${file}`);
}

/** The lines of comments, and what stands behind code. */
function commentsIn(code: string): string[] {
  return code.match(/^\s*\/?\*.*|(?<=^|\s)(?:\/\/|#)\s.*/gm) ?? [];
}

test('a path in a comment is found, wherever the comment stands', () => {
  expect(commentsIn("/** One. */\nconst a = 'lib/b'; // two\n  # three\n * four")).toEqual([
    '/** One. */',
    '// two',
    '# three',
    ' * four',
  ]);
});

test('comments in the code refer to headings that exist', () => {
  const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.ts$/.test(file),
  );
  const sources = files.flatMap((file) => [...readText(`lib/${file}`).matchAll(/(docs\/[\w-]+\.md), "([^"]+)"/g)]);

  expect(sources.length).toBeGreaterThan(0);
  expect(sources.filter(([, page = '', heading = '']) => !headingsOf(page).includes(heading))).toEqual([]);
});

describe('the map of the folders is the one that lint enforces', () => {
  const layout = JSON.parse(readText('biome.layout.json')) as Layout;
  const rows = tableIn(readText('CONTRIBUTING.md'), 'folder', 'contains', 'may import');
  const stated = rows.map(([folder = '', , imports = '']): [string, string[]] => [
    codeIn(folder)[0] ?? '',
    codeIn(imports),
  ]);

  test('for the folders that each may import', () => {
    const folders = stated.map(([folder, imports]) => [folder, imports.filter((name) => name.startsWith('lib/'))]);

    expect(folders).toEqual([...readImports(layout), ['test', []]]);
  });

  test('for everything that lib/contract, on which all others build, may import', () => {
    const rule = layout.overrides.find(({ includes }) => includes[0] === 'lib/contract/**');
    const [pattern] = rule?.linter.rules.style.noRestrictedImports?.options.patterns ?? [];
    const allowed = pattern?.group.filter((name) => name !== '**' && name !== '!./*') ?? [];

    expect(stated.find(([folder]) => folder === 'lib/contract')?.[1]).toEqual(
      allowed.map((name) => name.replace(/^!(\.\.\/)*/, '')),
    );
  });
});

/** Steps that architecture.md lists, and that no other check reminds of. */
describe('where to change what', () => {
  /** One value for each setting, other than its default. */
  const SAMPLES: Readonly<Record<keyof Settings, unknown>> = {
    stackName: 'Other',
    stateMachineName: 'flightwatch-other',
    eventBusName: 'deployments',
    eventSource: 'com.example.deploys',
    githubWebhook: true,
    githubEvents: true,
    environments: ['production', 'eu-*'],
    previewEnvironments: false,
    notifyEmails: ['a@example.com', 'b@example.com'],
    history: false,
    notifyOn: 'problems',
    alarms: false,
    alarmEmails: ['c@example.com'],
    alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms',
    dashboard: true,
    apiKeySecretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbC123',
    api: 'v1',
    apiBaseUrl: 'https://example.com/api',
    timeoutMinutes: 30,
    pacing: { buildingSeconds: 40 },
    slackWorkspaceId: 'T0123ABCD',
    slackChannelId: 'C0123ABCD',
    removalPolicy: 'retain',
    logRetentionDays: 7,
  };

  /** What a setting needs beside it to have an effect. */
  const COMPANIONS: Partial<Record<keyof Settings, readonly (keyof Settings)[]>> = {
    environments: ['githubWebhook'],
    previewEnvironments: ['githubEvents'],
    notifyOn: ['notifyEmails'],
    slackWorkspaceId: ['slackChannelId'],
    slackChannelId: ['slackWorkspaceId'],
  };

  const names = Object.keys(SAMPLES) as (keyof Settings)[];

  function samplesOf(settings: readonly (keyof Settings)[]): Record<string, unknown> {
    return Object.fromEntries(settings.map((name) => [name, SAMPLES[name]]));
  }

  function read(fromCdkJson: object, fromCommandLine: Readonly<Record<string, string>> = {}): Settings {
    const overrides = Object.entries(fromCommandLine).map(([name, text]) => [`flightwatch.${name}`, text]);
    const context: Readonly<Record<string, unknown>> = { flightwatch: fromCdkJson, ...Object.fromEntries(overrides) };
    return readSettings({ tryGetContext: (key) => context[key] });
  }

  function synthesise(settings: Settings): object {
    const stack = new FlightwatchStack(new App(), settings.stackName, settings);
    return { stackName: stack.stackName, ...Template.fromStack(stack).toJSON() };
  }

  function asText(value: unknown): string {
    if (Array.isArray(value)) return value.join(',');
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  test.each(names)('every setting reads the same from cdk.json and from the command line: %s', (name) => {
    const companions = samplesOf(COMPANIONS[name] ?? []);

    expect(read(companions, { [name]: asText(SAMPLES[name]) })).toEqual(read({ ...companions, ...samplesOf([name]) }));
  });

  test('every setting without a default is taken back by an empty text on the command line', () => {
    const optional = names.filter((name) => DEFAULT_SETTINGS[name] === undefined);

    expect(read(samplesOf(optional), Object.fromEntries(optional.map((name) => [name, ''])))).toEqual(DEFAULT_SETTINGS);
  });

  const byDefault = synthesise(DEFAULT_SETTINGS);

  test.each(names)('every setting changes the stack: %s', (name) => {
    const companions = (COMPANIONS[name] ?? []).filter(
      (other) => !name.startsWith('slack') || !other.startsWith('slack'),
    );
    const before = companions.length === 0 ? byDefault : synthesise(read(samplesOf(companions)));
    const after = read(samplesOf([name, ...(COMPANIONS[name] ?? [])]));

    expect(synthesise(after)).not.toEqual(before);
  });

  const template = Template.fromStack(new FlightwatchStack(new App(), 'Flightwatch', DEFAULT_SETTINGS));
  const states = Object.values(template.findResources('AWS::StepFunctions::StateMachine')).flatMap(({ Properties }) =>
    statesIn(Properties.DefinitionString),
  );

  interface State {
    readonly Resource?: string;
    readonly Parameters?: Readonly<Record<string, unknown>>;
  }

  /** The template joins the text around the ARNs of resources. */
  function statesIn(definition: { readonly 'Fn::Join': readonly [string, readonly unknown[]] }): [string, State][] {
    const [, parts] = definition['Fn::Join'];
    const text = parts
      .map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', '')))
      .join('');
    return Object.entries((JSON.parse(text) as { States: Record<string, State> }).States);
  }

  test('every state in the contract is deployed', () => {
    expect([...new Set(states.map(([name]) => name))].toSorted()).toEqual(Object.values(STATES).toSorted());
  });

  test('the states that invoke the poll function are known as those that look', () => {
    const invoking = states.filter(([, { Resource = '' }]) => Resource.includes('PollDeployment'));

    expect(Object.values(STATES).filter(isLookState).toSorted()).toEqual(invoking.map(([name]) => name).toSorted());
  });

  test('every function in the contract is deployed, and is in the diagram of the system', () => {
    const settings = { ...DEFAULT_SETTINGS, githubWebhook: true };
    const full = Template.fromStack(new FlightwatchStack(new App(), 'Full', settings));
    const functions = Object.values(FUNCTIONS);
    const [, diagram = ''] = /```mermaid\n(flowchart[\s\S]+?)```/.exec(readText('docs/architecture.md')) ?? [];

    expect(Object.keys(full.findResources('AWS::Lambda::Function'))).toHaveLength(functions.length);
    expect(functions.filter((name) => !diagram.includes(`"${name} function"`))).toEqual([]);
  });

  test('the plain notification has every channel', () => {
    const [, { Parameters = {} }] = states.find(([name]) => name === STATES.writePlainNotification) ?? ['', {}];
    const { messages } = Parameters.notification as { messages: object };
    const protocols = Object.keys(messages).map((protocol) => protocol.replace(/\.\$$/, ''));

    expect(protocols.toSorted()).toEqual(Object.keys(NOTIFICATIONS.WATCH_FAILED.messages).toSorted());
  });

  test.each(OUTCOMES)('every channel has a golden file: %s', (outcome) => {
    const folder = 'test/notification/golden';
    const prefix = `${outcome.toLowerCase().replace('_', '-')}.`;
    const files = readdirSync(join(ROOT, folder)).filter((file) => file.startsWith(prefix));
    const golden = files.map((file) => normalise(readText(`${folder}/${file}`).replace(/\n$/, '')));
    const unread = Object.entries(NOTIFICATIONS[outcome].messages).filter(
      ([, text]) => !golden.includes(normalise(text)),
    );

    expect(unread.map(([protocol]) => protocol)).toEqual([]);
  });

  /** The golden files show JSON indented. */
  function normalise(text: string): string {
    try {
      return JSON.stringify(JSON.parse(text));
    } catch {
      return text;
    }
  }
});
