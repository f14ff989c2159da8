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

describe('tables', () => {
  test('the outcomes in the README are those of the code', () => {
    const rows = tableIn(readme, 'outcome', 'when', 'the execution ends as');
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

  test('the settings in the README are those that exist, with their defaults', () => {
    const rows = tableIn(readme, 'setting', 'default', 'meaning');
    const stated = rows.flatMap(([names = '', value]) => codeIn(names).map((name) => [name, value]));
    const expected = settingNames().map((name) => [name, writeDefault(name)]);

    expect(stated.toSorted()).toEqual(expected.toSorted());
  });

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

  test('the pacing in the README has the defaults and the bounds of the code', () => {
    const rows = tableIn(readme, 'pacing', 'default', 'from', 'to', 'meaning');
    const stated = rows.map(([name = '', ...numbers]) => [codeIn(name)[0], ...numbers.slice(0, 3).map(Number)]);
    const names = Object.keys(DEFAULT_PACING) as (keyof Pacing)[];

    expect(stated).toEqual(
      names.map((name) => [name, DEFAULT_PACING[name], PACING_BOUNDS[name].least, PACING_BOUNDS[name].most]),
    );
  });

  test('the outputs in the README are those of the stack', () => {
    const rows = tableIn(readme, 'output', 'what it is');

    expect(rows.flatMap(([name = '']) => codeIn(name))).toEqual(Object.keys(fullTemplate.findOutputs('*')));
  });

  test('the costs in the README are those of the benchmark', () => {
    const stated = tableIn(readme, 'how often the API is asked', 'average delay', 'looks', 'per 1,000 deployments');
    const [, measured = ''] = readText('docs/performance.md').split('\n## When to ask\n');
    const [, header = ''] = measured.split('\n');
    const policies = tableIn(measured, ...header.split('|').slice(1, -1));
    const expected = policies
      .filter(([policy]) => !policy?.startsWith('Flightwatch, '))
      .map(([, delay, , looks, , cost]) => [`${round(delay)} s`, String(round(looks)), `$${cost}`]);

    expect(stated.map(([, ...figures]) => figures)).toEqual(expected);
  });

  function round(figure: string | undefined): number {
    return Number(Number(figure).toPrecision(2));
  }
});

describe('alarms', () => {
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

  test('each alarm gives the address of its entry, in the repository that the README names', () => {
    const [, repository] = /uses: ([\w-]+\/[\w-]+)@/.exec(readme) ?? [];
    const rows = tableIn(readme, 'alarm', 'goes off when', 'runbook');
    const links = rows.map(([, , link = '']) => /\((.+)\)$/.exec(link)?.[1]);

    expect(references.map(([, , address]) => address)).toEqual(
      links.map((link) => `https://github.com/${repository}/blob/main/${link}`),
    );
  });

  test('an alarm without data is quiet', () => {
    expect(properties).toHaveLength(alarms.length);
    for (const { TreatMissingData } of properties) expect(TreatMissingData).toBe('notBreaching');
  });

  test('the alarms in the README are those of the stack', () => {
    const rows = tableIn(readme, 'alarm', 'goes off when', 'runbook');
    const stated = rows.map(([id = '', , link = '']) => [codeIn(id)[0], /^\[(.+)\]/.exec(link)?.[1]]);

    expect(stated.map(([id]) => id)).toEqual(alarms.map(({ node }) => node.id));
    expect(stated.map(([, heading]) => heading)).toEqual(headings);
    expect(readme).toContain(` for ${alarmsWith({}).length} alarms`);
    expect(readme).toContain(` for ${alarms.length - alarmsWith({}).length} more alarms`);
  });
});

describe('command line', () => {
  const help = (...args: string[]) =>
    execFileSync(process.execPath, [join(ROOT, 'dist', 'bin', 'flightwatch.js'), ...args, '--help']).toString();

  test('the README describes every command and option', () => {
    const commands = [...help().matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name = '']) => name).filter(isNotHelp);
    const options = commands.flatMap((command) => help(command).match(/(?<=^ {2}(-\w, )?)--[a-z-]+/gm) ?? []);
    const rows = tableIn(readme, 'command', 'what it does');
    const described = [...rows, ...tableIn(readme, 'option', 'commands', 'what it does')].flatMap(([first = '']) =>
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

  test('the exit statuses in the README are those of the command line', () => {
    const rows = tableIn(readme, 'exit status', 'meaning');
    const { terminal } = fakeTerminal();

    for (const outcome of OUTCOMES) {
      const { subject, messages, record } = NOTIFICATIONS[outcome];
      const exitStatus = reportOutcome({ subject, email: messages.email, record }, true, terminal);
      const stated = rows.filter(([, meaning = '']) => codeIn(meaning).includes(outcome)).map(([status]) => status);

      expect([outcome, stated]).toEqual([outcome, [`\`${exitStatus}\``]]);
    }
  });
});

describe('permissions for CI', () => {
  interface Policy {
    readonly Statement: readonly { readonly Action: string | readonly string[] }[];
  }

  function actionsOf({ Statement }: Policy): unknown[] {
    return Statement.map(({ Action }) => Action);
  }

  test('the policy in the README is what grantStart gives', () => {
    const stack = new Stack(new App(), 'Test');
    const role = new Role(stack, 'Ci', { assumedBy: new AccountRootPrincipal() });
    new DeploymentMonitor(stack, 'Monitor').grantStart(role);
    const [granted] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith('Ci'))
      .map(([, policy]) => actionsOf(policy.Properties.PolicyDocument as Policy));
    const shown = /```json\n(\{\s+"Version"[\s\S]+?)```/.exec(readme)?.[1] ?? '';

    expect(actionsOf(JSON.parse(shown) as Policy)).toEqual(granted);
  });
});

describe('notifications', () => {
  test('the README shows the e-mail, the record and the chat message of a failure as they are', () => {
    const shown = [...readme.matchAll(/```json\n([\s\S]+?)\n```/g)].map(([, json = '']) => JSON.parse(json) as object);
    const golden = (file: string) => readText(`test/notification/golden/${file}`);

    expect(readme).toContain(`\n${golden('third-failure.email.txt')}\`\`\``);
    expect(shown).toContainEqual(JSON.parse(golden('third-failure.record.json')));
    expect(shown).toContainEqual(JSON.parse(golden('third-failure.chat.json')));
  });

  test('the README names every protocol that has a message, and every attribute', () => {
    const [, section = ''] = /\n## Notifications\n([\s\S]+?)\n## /.exec(readme) ?? [];
    const { messages, attributes } = HISTORY_NOTIFICATIONS.THIRD_FAILURE;
    const protocols = Object.keys(messages).filter((protocol) => protocol !== 'default' && protocol !== 'email');

    expect(codeIn(section)).toEqual(expect.arrayContaining([...protocols, ...Object.keys(attributes)]));
  });

  test('the filter policies in the README pick what they say', () => {
    const policies = [...readme.matchAll(/```json filter-policy\n([\s\S]+?)\n```/g)].map(
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

  test('the commands in the README set two of these filter policies', () => {
    const [, attributes = ''] = /aws sns subscribe [\s\S]+?--attributes '(.+)'/.exec(readme) ?? [];
    const [, value = ''] = /aws sns set-subscription-attributes [\s\S]+?--attribute-value '(.+)'/.exec(readme) ?? [];

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
