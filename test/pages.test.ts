import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { reportOutcome } from '../lib/cli/report-outcome';
import { DeploymentMonitor } from '../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../lib/constructs/deployment-monitor-props';
import { FlightwatchStack } from '../lib/constructs/flightwatch-stack';
import { DEFAULT_SETTINGS, readSettings } from '../lib/constructs/settings';
import { ERROR_OF_OUTCOME } from '../lib/contract/errors';
import { OUTCOMES, type Outcome } from '../lib/contract/outcomes';
import { DEFAULT_PACING, PACING_BOUNDS, type Pacing } from '../lib/contract/pacing';
import { DEPLOYMENT_STATUSES, type Stage } from '../lib/flightcontrol/statuses';
import { readDefinition } from '../lib/local/definition';
import type { Template as TemplateJson } from '../lib/local/template';
import type { Notification } from '../lib/notification/notification';
import { fakeTerminal } from './cli/fake-terminal';
import { type Definition, drawLayers, drawStateMachine, happyPathOf, readImports } from './support/diagram';
import { type FilterPolicy, passes } from './support/filter-policy';
import { codeIn, ROOT, readText, tableIn } from './support/markdown';
import { HISTORY_NOTIFICATIONS, NOTIFICATIONS, PREVIEW_NOTIFICATION } from './support/notifications';

const readme = readText('README.md');
const watches = readText('docs/watches.md');
const settings = readText('docs/settings.md');
const operations = readText('docs/operations.md');
const commandLine = readText('docs/command-line.md');
const notifications = readText('docs/notifications.md');
const performance = readText('docs/performance.md');
const template = Template.fromStack(new FlightwatchStack(new App(), 'Flightwatch', DEFAULT_SETTINGS));
/** With everything that adds resources. */
const fullTemplate = Template.fromStack(
  new FlightwatchStack(new App(), 'Full', { ...DEFAULT_SETTINGS, githubWebhook: true, githubEvents: true }),
);
const definition = readDefinition(template.toJSON() as TemplateJson) as never as Definition;

describe('diagrams', () => {
  const DRAW: Readonly<Record<string, () => string>> = {
    'happy-path': () => drawStateMachine(happyPathOf(definition)),
    'state-machine': () => drawStateMachine(definition),
    layers: () => drawLayers(readImports(JSON.parse(readText('biome.layout.json')))),
  };

  /** `npm run diagram` draws them again. */
  test.each([
    ['happy-path', 'README.md'],
    ['happy-path', 'docs/architecture.md'],
    ['state-machine', 'docs/architecture.md'],
    ['layers', 'docs/architecture.md'],
  ])('the %s in %s is drawn from the code', (name, file) => {
    const marked = new RegExp(`(<!-- ${name}:begin -->\n)([\\s\\S]*?)(<!-- ${name}:end -->)`);
    const diagram = `${DRAW[name]?.()}\n`;
    if (process.env.UPDATE_DIAGRAM) {
      const updated = readText(file).replace(marked, (_, begin: string, __, end: string) => begin + diagram + end);
      writeFileSync(join(ROOT, file), updated);
    }

    expect(marked.exec(readText(file))?.[2]).toBe(diagram);
  });

  test('the happy path has the seven states that a successful deployment runs through', () => {
    expect(Object.keys(happyPathOf(definition).States).toSorted()).toEqual([
      'Begin Watch',
      'Deployment Finished?',
      'Notify Success',
      'Poll Deployment',
      'Send Success Event',
      'Wait Before Next Poll',
      'Watch Succeeded',
    ]);
  });
});

describe('docs/watches.md', () => {
  test('has the outcomes of the code', () => {
    const rows = tableIn(watches, 'outcome', 'when', 'the execution ends as');
    const stated = rows.map(([outcome = '', when = '', end = '']) => [codeIn(outcome)[0], codeIn(when), codeIn(end)]);

    const expected = OUTCOMES.map((outcome) => [
      outcome,
      statusesOf(STAGE_OF_OUTCOME[outcome]),
      outcome === 'SUCCEEDED' ? ['SUCCEEDED'] : ['FAILED', ERROR_OF_OUTCOME[outcome]],
    ]);
    expect(stated).toEqual(expected);
  });

  const STAGE_OF_OUTCOME: Partial<Record<Outcome, Stage>> = {
    SUCCEEDED: 'success',
    FAILED: 'failure',
    CANCELLED: 'cancelled',
  };

  function statusesOf(stage: Stage | undefined): string[] {
    const statuses = Object.entries(DEPLOYMENT_STATUSES).filter(([, status]) => status.stage === stage);
    return statuses.map(([name]) => name);
  }
});

describe('docs/settings.md', () => {
  test('has the settings that exist, with their defaults', () => {
    const stated = settingsIn(settings);
    const expected = settingNames().map((name) => [name, writeDefault(name)]);

    expect(stated.toSorted()).toEqual(expected.toSorted());
  });

  test('has the settings of the README, with the same defaults', () => {
    const shown = settingsIn(readme);

    expect(shown.length).toBeGreaterThan(5);
    expect(settingsIn(settings)).toEqual(expect.arrayContaining(shown));
  });

  function settingsIn(page: string): (string | undefined)[][] {
    const rows = tableIn(page, 'setting', 'default', 'meaning');
    return rows.flatMap(([names = '', value]) => codeIn(names).map((name) => [name, value]));
  }

  /** Read from the message about a setting that does not exist. */
  function settingNames(): string[] {
    try {
      readSettings({ tryGetContext: (key) => (key === 'flightwatch' ? { unknown: true } : undefined) });
    } catch (error) {
      const [, names = ''] = /expected one of (.+)\.$/m.exec((error as Error).message) ?? [];
      return names.split(', ');
    }
    throw new Error('The settings were accepted.');
  }

  function writeDefault(name: string): string {
    if (name === 'pacing') return 'see below';
    const value = (DEFAULT_SETTINGS as unknown as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) return 'none';
    return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
  }

  test('has the pacing, with the defaults and the bounds of the code', () => {
    const rows = tableIn(settings, 'pacing', 'default', 'from', 'to', 'meaning');
    const stated = rows.map(([name = '', ...numbers]) => [codeIn(name)[0], ...numbers.slice(0, 3).map(Number)]);
    const names = Object.keys(DEFAULT_PACING) as (keyof Pacing)[];

    expect(stated).toEqual(
      names.map((name) => [name, DEFAULT_PACING[name], PACING_BOUNDS[name].least, PACING_BOUNDS[name].most]),
    );
  });

  test('has the outputs of the stack', () => {
    const rows = tableIn(settings, 'output', 'what it is');

    expect(rows.flatMap(([name = '']) => codeIn(name))).toEqual(Object.keys(fullTemplate.findOutputs('*')));
  });
});

describe('docs/operations.md and docs/runbook.md', () => {
  const alarmsWith = (props: DeploymentMonitorProps) =>
    new DeploymentMonitor(new Stack(new App(), 'Test'), 'Monitor', props).alarms;
  const alarms = alarmsWith({ githubWebhook: true, githubEvents: true });
  const properties = Object.values(fullTemplate.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties as { readonly AlarmDescription: string; readonly TreatMissingData: string },
  );
  const references = properties.map(
    ({ AlarmDescription }) => / See "(.+)" in docs\/runbook\.md: (https:\S+)$/.exec(AlarmDescription) ?? [],
  );
  const headings = references.map(([, heading]) => heading);

  test('each alarm names a heading of the runbook, and each heading has an alarm', () => {
    const entries = [...readText('docs/runbook.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

    expect(entries.toSorted()).toEqual([...new Set(headings)].toSorted());
  });

  test('each alarm gives the address of its entry, in the repository that package.json names', () => {
    const { homepage } = JSON.parse(readText('package.json')) as { readonly homepage: string };

    expect(references.map(([, , address]) => address)).toEqual(
      alarmRows().map(([, , link]) => `${homepage.replace(/#.*/, '')}/blob/main/docs/${link}`),
    );
  });

  test('an alarm without data is quiet', () => {
    expect(properties).toHaveLength(alarms.length);
    for (const { TreatMissingData } of properties) expect(TreatMissingData).toBe('notBreaching');
  });

  test('the alarms are those of the stack, each with its entry in the runbook', () => {
    const rows = alarmRows();

    expect(rows.map(([name]) => name)).toEqual(alarms.map(({ node }) => node.id));
    expect(rows.map(([, , link]) => link)).toEqual(headings.map((heading = '') => `runbook.md#${anchorOf(heading)}`));
  });

  test('the number of alarms in the costs is that of the stack', () => {
    expect(performance).toContain(`\n| alarms: ${alarmsWith({}).length} `);
  });

  /** Name, what makes it go off, and link of each row. */
  function alarmRows(): string[][] {
    return tableIn(operations, 'alarm', 'goes off when', 'do first').map(([alarm = '', when = '']) => {
      const [, name = '', link = ''] = /^\[`(\w+)`\]\((\S+)\)$/.exec(alarm) ?? [];
      return [name, when, link];
    });
  }

  function anchorOf(heading: string): string {
    return heading.toLowerCase().replaceAll(' ', '-');
  }
});

describe('docs/command-line.md', () => {
  const help = (...args: string[]) =>
    execFileSync(process.execPath, [join(ROOT, 'dist', 'bin', 'flightwatch.js'), ...args, '--help']).toString();

  test('describes every command and option', () => {
    const commands = [...help().matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name = '']) => name).filter(isNotHelp);
    const options = commands.flatMap((command) => help(command).match(/(?<=^ {2}(-\w, )?)--[a-z-]+/gm) ?? []);
    const rows = tableIn(commandLine, 'command', 'what it does');
    const described = [...rows, ...tableIn(commandLine, 'option', 'commands', 'what it does')].flatMap(([first = '']) =>
      first.match(/--[a-z-]+/g),
    );

    expect(rows.map(([first = '']) => /^`flightwatch ([a-z-]+)/.exec(first)?.[1])).toEqual(commands);
    expect(described.filter((option) => option !== null).toSorted()).toEqual(
      [...new Set(['--debug', ...options])].filter(isNotHelp).toSorted(),
    );
  });

  function isNotHelp(name: string): boolean {
    return name !== 'help' && name !== '--help';
  }

  test('has the exit statuses of the command line, as the README has', () => {
    const rows = tableIn(commandLine, 'exit status', 'meaning');
    const stated = OUTCOMES.map((outcome) => rows.find(([, meaning = '']) => codeIn(meaning).includes(outcome))?.[0]);
    const inReadme = tableIn(readme, 'outcome', 'meaning', 'exit status');
    const expected = OUTCOMES.map((outcome) => `\`${exitStatusOf(outcome)}\``);

    expect(stated).toEqual(expected);
    expect(inReadme.map(([outcome, , status]) => [outcome, status])).toEqual(
      OUTCOMES.map((outcome, index) => [`\`${outcome}\``, expected[index]]),
    );
  });

  function exitStatusOf(outcome: Outcome): number {
    const { subject, messages, record } = NOTIFICATIONS[outcome];
    return reportOutcome({ subject, email: messages.email, record }, true, fakeTerminal().terminal);
  }
});

describe('docs/ci.md', () => {
  interface Policy {
    readonly Statement: readonly { readonly Action: string | readonly string[] }[];
  }

  function actionsOf({ Statement }: Policy): unknown[] {
    return Statement.map(({ Action }) => Action);
  }

  test('has the policy that grantStart gives', () => {
    const stack = new Stack(new App(), 'Test');
    const role = new Role(stack, 'Ci', { assumedBy: new AccountRootPrincipal() });
    new DeploymentMonitor(stack, 'Monitor').grantStart(role);
    const [granted] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith('Ci'))
      .map(([, policy]) => actionsOf(policy.Properties.PolicyDocument as Policy));
    const shown = /```json\n(\{\s+"Version"[\s\S]+?)```/.exec(readText('docs/ci.md'))?.[1] ?? '';

    expect(actionsOf(JSON.parse(shown) as Policy)).toEqual(granted);
  });
});

describe('docs/notifications.md', () => {
  test('shows the e-mail, the record and the chat message of a failure as they are', () => {
    const shown = [...notifications.matchAll(/```json\n([\s\S]+?)\n```/g)].map(
      ([, json = '']) => JSON.parse(json) as object,
    );
    const golden = (file: string) => readText(`test/notification/golden/${file}`);

    expect(notifications).toContain(`\n${golden('third-failure.email.txt')}\`\`\``);
    expect(shown).toContainEqual(JSON.parse(golden('third-failure.record.json')));
    expect(shown).toContainEqual(JSON.parse(golden('third-failure.chat.json')));
  });

  test('names every protocol that has a message, and every attribute', () => {
    const { messages, attributes } = HISTORY_NOTIFICATIONS.THIRD_FAILURE;
    const protocols = Object.keys(messages).filter((protocol) => protocol !== 'default' && protocol !== 'email');

    expect(codeIn(notifications)).toEqual(expect.arrayContaining([...protocols, ...Object.keys(attributes)]));
  });

  test('has filter policies that pick what they say', () => {
    const policies = [...notifications.matchAll(/```json filter-policy\n([\s\S]+?)\n```/g)].map(
      ([, json = '']) => JSON.parse(json) as FilterPolicy,
    );
    const picked = policies.map((policy) => OUTCOMES.filter((outcome) => passes(policy, NOTIFICATIONS[outcome])));
    const problems = ['FAILED', 'CANCELLED', 'TIMED_OUT', 'WATCH_FAILED'];
    const { RECOVERED, BROKE, THIRD_FAILURE, HEALTHY, FIRST } = HISTORY_NOTIFICATIONS;
    const withTrend = [RECOVERED, BROKE, THIRD_FAILURE, HEALTHY, FIRST];

    expect(picked).toEqual([[...OUTCOMES], ['FAILED'], problems, [], [...OUTCOMES], [...OUTCOMES]]);
    expect(policies.map((policy) => passes(policy, failureElsewhere()))).toEqual([
      false,
      true,
      false,
      false,
      true,
      true,
    ]);
    expect(policies.map((policy) => passes(policy, failureOfUnknown()))).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(policies.map((policy) => passes(policy, PREVIEW_NOTIFICATION)).slice(-1)).toEqual([false]);
    expect(policies.slice(3, 5).map((policy) => withTrend.map((notification) => passes(policy, notification)))).toEqual(
      [
        [true, true, false, false, false],
        [true, true, true, false, false],
      ],
    );
  });

  test('has commands that set two of these filter policies', () => {
    const [, attributes = ''] = /aws sns subscribe [\s\S]+?--attributes '(.+)'/.exec(notifications) ?? [];
    const [, value = ''] =
      /aws sns set-subscription-attributes [\s\S]+?--attribute-value '(.+)'/.exec(notifications) ?? [];

    expect(JSON.parse(JSON.parse(attributes).FilterPolicy)).toEqual({ environment: ['production'] });
    expect(JSON.parse(value)).toEqual({ outcome: ['FAILED'] });
  });

  /** The same failure, in another environment and of another branch. */
  function failureElsewhere(): Notification {
    const { attributes, ...notification } = NOTIFICATIONS.FAILED;
    const value = (StringValue: string) => ({ DataType: 'String' as const, StringValue });
    return { ...notification, attributes: { ...attributes, environment: value('staging'), branch: value('feature') } };
  }

  /** A watch that failed before it could read the deployment. */
  function failureOfUnknown(): Notification {
    const { WATCH_FAILED } = NOTIFICATIONS;
    const { outcome } = WATCH_FAILED.attributes;
    return { ...WATCH_FAILED, attributes: { ...(outcome && { outcome }) } };
  }
});
