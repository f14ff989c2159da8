import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus, type OnEventOptions } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { DeploymentMonitor, type DeploymentMonitorProps } from '../../lib';
import { SETTING_OF_PROP } from '../../lib/constructs/pacing-props';
import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { DEFAULT_WATCH_SETTINGS } from '../../lib/contract/watch-settings';
import { matches } from '../support/event-pattern';
import { readText } from '../support/markdown';
import { NOTIFICATIONS } from '../support/notifications';

const HERE = { account: '123456789012', region: 'eu-west-1' };

describe('docs/api.md', () => {
  const page = readText('docs/api.md');

  test('describes everything that the package exports', () => {
    const exported = readText('lib/index.ts')
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .replaceAll(/\w+ as /g, '');
    const names = [...exported.matchAll(/\{([^}]+)\}/g)].flatMap(([, list = '']) => list.match(/\w+/g) ?? []);

    const described = [...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);

    expect(described.sort()).toEqual(names.sort());
  });

  test('states the default pacing, and the default time limit', () => {
    const pacing = Object.entries(SETTING_OF_PROP).map(([prop, setting]) => [prop, DEFAULT_PACING[setting]] as const);
    const defaults = [...pacing, ['timeout', DEFAULT_WATCH_SETTINGS.timeoutMinutes * 60] as const];

    expect(defaults.map(([prop]) => [prop, defaultSecondsOf(prop)])).toEqual(defaults);
  });

  const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600 };

  function defaultSecondsOf(prop: string): number {
    const stated = new RegExp(`\`${prop}\\?\`.*\\*\\*Default\\*\\* Duration\\.(\\w+)\\((\\d+)\\) \\|`).exec(page);
    const [, unit = '', amount] = stated ?? [];
    return Number(amount) * (SECONDS[unit] ?? Number.NaN);
  }
});

describe('onDeploymentFinished', () => {
  interface Rule {
    readonly EventPattern: { readonly detail: Readonly<Record<string, unknown>> };
    readonly EventBusName?: unknown;
    readonly Targets?: readonly object[];
  }

  const ARNS = `arn:aws:states:${HERE.region}:${HERE.account}:execution:flightwatch:`;

  function ruleWith(options: OnEventOptions, props: (stack: Stack) => DeploymentMonitorProps = () => ({})): Rule {
    const stack = new Stack(new App(), 'Test', { env: HERE });
    const monitor = new DeploymentMonitor(stack, 'Monitor', props(stack));
    const tests = StateMachine.fromStateMachineName(stack, 'Tests', 'tests');
    monitor.onDeploymentFinished('Finished', { target: new SfnStateMachine(tests), ...options });
    const [rule] = Object.entries(Template.fromStack(stack).findResources('AWS::Events::Rule'))
      .filter(([id]) => id.startsWith('MonitorFinished'))
      .map(([, { Properties }]) => Properties as Rule);
    if (rule === undefined) throw new Error('no rule');
    return rule;
  }

  /** As the state machine of the name `flightwatch` puts it. */
  function patternOf({ EventPattern }: Rule): object {
    const { executionArn, ...detail } = EventPattern.detail;
    expect(JSON.stringify(executionArn)).toMatch(/:states:eu-west-1:123456789012:execution:.*MonitorWatchStateMachine/);
    return { ...EventPattern, detail: { ...detail, executionArn: [{ prefix: ARNS }] } };
  }

  function finished(outcome: keyof typeof NOTIFICATIONS, more: object = {}) {
    const detail = { ...NOTIFICATIONS[outcome].record, executionArn: `${ARNS}clx1-1`, ...more };
    return { source: 'flightwatch', 'detail-type': 'Deployment Finished', detail };
  }

  test('matches how watches of this monitor end, but no tests and no other monitors', () => {
    const pattern = patternOf(ruleWith({}));

    expect(matches(pattern, finished('FAILED'))).toBe(true);
    expect(matches(pattern, finished('SUCCEEDED'))).toBe(true);
    expect(matches(pattern, finished('FAILED', { test: true }))).toBe(false);
    expect(matches(pattern, finished('FAILED', { executionArn: `${ARNS.replace(/:$/, '-acme:')}clx1-1` }))).toBe(false);
  });

  test('matches only what the given pattern matches as well', () => {
    const pattern = patternOf(ruleWith({ eventPattern: { detail: { outcome: ['FAILED'] } } }));

    expect(matches(pattern, finished('FAILED'))).toBe(true);
    expect(matches(pattern, finished('SUCCEEDED'))).toBe(false);
    expect(matches(pattern, finished('FAILED', { test: true }))).toBe(false);
  });

  test.each<[string, string, object]>([
    ['its source', 'eventPattern.source', { eventPattern: { source: ['other'] } }],
    ['its kind', 'eventPattern.detailType', { eventPattern: { detailType: ['Other'] } }],
    ['its watches', 'eventPattern.detail.executionArn', { eventPattern: { detail: { executionArn: ['arn'] } } }],
    ['tests', 'eventPattern.detail.test', { eventPattern: { detail: { test: [true], outcome: ['FAILED'] } } }],
  ])('refuses a condition on %s, which would widen the rule', (_what, path, options) => {
    expect(() => ruleWith(options)).toThrow(
      `1 option cannot be used:\nTest/Monitor.onDeploymentFinished.${path}: got a condition, expected none: the rule has ` +
        'its own, and would match either.',
    );
  });

  test.each<[string, unknown, string]>([
    ['null', null, ': got null, expected an object of options.'],
    ['a target alone', 'target', ': got text, expected an object of options.'],
    [
      'a misspelt option',
      { eventPatern: {} },
      '.eventPatern: got an option that does not exist, expected one of eventPattern',
    ],
    ['a field of the event', { eventPattern: { 'detail-type': ['x'] } }, 'expected one of detailType, '],
    ['no pattern', { eventPattern: ['FAILED'] }, '.eventPattern: got a list, expected an EventPattern'],
    ['no target', { target: 'arn' }, '.target: got text, expected an IRuleTarget'],
  ])('refuses %s', (_what, options, text) => {
    const monitor = new DeploymentMonitor(new Stack(new App(), 'Test'), 'Monitor');

    expect(() => monitor.onDeploymentFinished('Finished', options as OnEventOptions)).toThrow(text);
  });

  test('has its target, on the bus of the monitor', () => {
    const own = ruleWith({}, (stack) => ({ eventBus: EventBus.fromEventBusName(stack, 'Bus', 'deployments') }));

    expect(own.EventBusName).toBe('deployments');
    expect(own.Targets).toHaveLength(1);
    expect(ruleWith({}).EventBusName).toBeUndefined();
  });

  test('can be in the stack of its target', () => {
    const app = new App();
    const monitor = new DeploymentMonitor(new Stack(app, 'Flightwatch', { env: HERE }), 'Monitor');
    const other = new Stack(app, 'Other', { env: HERE });
    const target = new SfnStateMachine(StateMachine.fromStateMachineName(other, 'Tests', 'tests'));

    monitor.onDeploymentFinished('Finished', { target, crossStackScope: other });

    Template.fromStack(other).resourceCountIs('AWS::Events::Rule', 1);
  });
});
