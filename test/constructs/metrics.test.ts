import { App, Aws, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  Alarm,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { DeploymentMonitor, type IDeploymentMonitor } from '../../lib';
import { writeMetrics } from '../../lib/aws/watch-metrics';
import { METRICS } from '../../lib/contract/metrics';
import { OUTCOMES, type Outcome } from '../../lib/contract/outcomes';

const HERE = { account: '123456789012', region: 'eu-west-1' };

interface Statistic {
  readonly Metric: {
    readonly MetricName: string;
    readonly Namespace: string;
    readonly Dimensions: readonly Dimension[];
  };
  readonly Stat: string;
  readonly Period: number;
}

interface Dimension {
  readonly Name: string;
  readonly Value: unknown;
}

interface Metric {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: Statistic;
  readonly AccountId?: string;
  readonly ReturnData?: boolean;
}

beforeAll(() => {
  // Otherwise the library does not write to the console that the test spies on.
  Object.assign(process.env, { POWERTOOLS_DEV: 'true', POWERTOOLS_METRICS_DISABLED: 'false' });
});
afterEach(() => jest.restoreAllMocks());

function startStack(): Stack {
  return new Stack(new App(), 'Test', { env: HERE });
}

function importMonitor(stack: Stack, { region, account } = HERE): IDeploymentMonitor {
  const arn = `arn:aws:states:${region}:${account}:stateMachine:flightwatch`;
  return DeploymentMonitor.fromStateMachineArn(stack, 'Monitor', arn);
}

/** An alarm as it is in the template. */
function alarmOn(metric: (monitor: IDeploymentMonitor) => IMetric, monitor = importMonitor): Record<string, unknown> {
  const stack = startStack();
  new Alarm(stack, 'Alarm', {
    metric: metric(monitor(stack)),
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  const [alarm] = Object.entries(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))
    .filter(([id]) => id.startsWith('Alarm'))
    .map(([, { Properties }]) => Properties as Record<string, unknown>);
  return alarm ?? {};
}

/** Of an alarm on a math expression: the metrics that it adds up. */
function addends(metric: (monitor: IDeploymentMonitor) => IMetric): Statistic[] {
  const { Metrics } = alarmOn(metric) as { readonly Metrics: readonly Metric[] };
  return Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat] : []));
}

function dimensionsOf({ Metric: { Dimensions } }: Statistic): Record<string, unknown> {
  return Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
}

/** What the function that writes the metrics of a watch logs, in the embedded metric format. */
function written(outcome: Outcome, environment: object, durationSeconds?: number) {
  const log = jest.spyOn(console, 'log').mockImplementation();
  writeMetrics({ outcome, environment, durationSeconds } as never, 'flightwatch');
  const [line = '{}'] = log.mock.calls.map(([text]) => String(text));
  log.mockRestore();
  const { _aws: embedded, ...values } = JSON.parse(line);
  const [{ Namespace, Dimensions, Metrics }] = embedded.CloudWatchMetrics;
  const dimensions = Object.fromEntries((Dimensions[0] as string[]).map((name) => [name, values[name]]));
  return { namespace: Namespace as string, dimensions, name: Metrics[0].Name as string };
}

describe('the metrics by environment are those that the functions write', () => {
  const METHODS: readonly [Outcome, (monitor: IDeploymentMonitor, environment: string) => IMetric][] = [
    ['SUCCEEDED', (monitor, environment) => monitor.metricSucceeded(environment)],
    ['FAILED', (monitor, environment) => monitor.metricFailed(environment)],
    ['CANCELLED', (monitor, environment) => monitor.metricCancelled(environment)],
    ['TIMED_OUT', (monitor, environment) => monitor.metricTimedOut(environment)],
  ];

  test.each(METHODS)('%s counts watches that know their duration, and those that do not', (outcome, metric) => {
    const given = { givenId: 'production' };
    const timed = written(outcome, given, 300);
    const untimed = written(outcome, given);

    const counted = addends((monitor) => metric(monitor, 'production'));

    expect(
      counted.map((statistic) => ({
        namespace: statistic.Metric.Namespace,
        name: statistic.Metric.MetricName,
        dimensions: dimensionsOf(statistic),
      })),
    ).toEqual([timed, untimed]);
    expect(counted.map(({ Stat, Period }) => [Stat, Period])).toEqual([
      ['SampleCount', 300],
      ['SampleCount', 300],
    ]);
  });

  test.each([
    ['an environment with a name that CloudWatch does not take', 'büro %1', { givenId: 'büro %1' }],
    ['an environment without a given id', 'clcpcxekw000mc9oj8cjfwd2f', { id: 'clcpcxekw000mc9oj8cjfwd2f' }],
    ['a preview environment', METRICS.previews, { givenId: 'pr-17', preview: true }],
    ['a name longer than a dimension', 'x'.repeat(300), { givenId: 'x'.repeat(300) }],
  ])('%s', (_what, environment, given) => {
    const [timed] = addends((monitor) => monitor.metricFailed(environment));

    expect(timed && dimensionsOf(timed)).toEqual(written('FAILED', given, 300).dimensions);
  });

  test('an alarm adds up what there is: a metric that has no data leaves the other one', () => {
    const { Metrics, TreatMissingData: missing } = alarmOn((monitor) => monitor.metricFailed('production')) as {
      readonly Metrics: readonly Metric[];
      readonly TreatMissingData: string;
    };

    const [sum, ...others] = Metrics;
    expect(sum?.Expression).toBe(`SUM([${others.map(({ Id }) => Id).join(', ')}])`);
    expect(others.map(({ ReturnData }) => ReturnData)).toEqual([false, false]);
    expect(missing).toBe('notBreaching');
  });

  test.each(OUTCOMES)('the duration of deployments that ended as %s', (outcome) => {
    const alarm = alarmOn((monitor) =>
      monitor.metricDeploymentSeconds('production', { outcome, statistic: Stats.p(90) }),
    );

    const { namespace, dimensions, name } = written(outcome, { givenId: 'production' }, 300);
    expect(alarm).toMatchObject({ Namespace: namespace, MetricName: name, ExtendedStatistic: 'p90', Period: 300 });
    expect(Object.fromEntries((alarm.Dimensions as Dimension[]).map(({ Name, Value }) => [Name, Value]))).toEqual(
      dimensions,
    );
  });

  test('without an outcome, the duration is that of successes, on average', () => {
    const alarm = alarmOn((monitor) => monitor.metricDeploymentSeconds('production'));

    expect(alarm).toMatchObject({ Statistic: 'Average' });
    expect(alarm.Dimensions).toContainEqual({ Name: 'Outcome', Value: 'SUCCEEDED' });
  });

  test('options change the period and the label', () => {
    const [timed] = addends((monitor) => monitor.metricFailed('production', { period: Duration.hours(1) }));

    expect(timed?.Period).toBe(3600);
    expect(importMonitor(startStack()).metricFailed('production', { label: 'Failures' }).label).toBe('Failures');
  });

  test('a name that is known at deployment only is passed on', () => {
    const environment = Aws.STACK_NAME;

    const [timed] = addends((monitor) => monitor.metricFailed(environment));

    expect(timed && dimensionsOf(timed)).toMatchObject({ Environment: { Ref: 'AWS::StackName' } });
  });

  test.each([
    ['"BROKEN"', 'BROKEN'],
    ['null', null],
    ['a list', ['FAILED']],
  ])('%s in place of the outcome is refused', (received, outcome) => {
    const monitor = importMonitor(startStack());

    expect(() => monitor.metricDeploymentSeconds('production', { outcome: outcome as Outcome })).toThrow(
      `outcome: got ${received}, expected SUCCEEDED or FAILED or CANCELLED or TIMED_OUT or WATCH_FAILED`,
    );
  });

  test('an undefined option keeps the default', () => {
    const monitor = importMonitor(startStack());

    expect(monitor.metricWatchFailed({ statistic: undefined } as never).statistic).toBe('Sum');
    expect(monitor.metricFailed('production', { period: undefined } as never).period).toEqual(Duration.minutes(5));
  });

  test.each([
    ['nothing', undefined],
    ['an object', { period: Duration.hours(1) }],
    ['""', ''],
    ['" "', ' '],
  ])('%s in place of the environment is refused', (received, environment) => {
    const monitor = importMonitor(startStack());
    const message = `environment: got ${received}, expected the given id of an environment, such as 'production'`;

    expect(() => monitor.metricFailed(environment as string)).toThrow(message);
    expect(() => monitor.metricDeploymentSeconds(environment as string)).toThrow(message);
  });
});

describe('several metrics', () => {
  const rate = (usingMetrics: Record<string, IMetric>, expression: string) =>
    new MathExpression({ expression, usingMetrics, period: Duration.days(1) });

  /** The metrics of an alarm, by their ids. */
  function metricsIn(metric: (monitor: IDeploymentMonitor) => IMetric): Map<string, unknown> {
    const { Metrics } = alarmOn(metric) as { readonly Metrics: readonly Metric[] };
    return new Map(Metrics.map(({ Id, ...rest }) => [Id, rest]));
  }

  test('of two environments are added up by one alarm', () => {
    const metrics = metricsIn((monitor) =>
      rate({ live: monitor.metricFailed('production'), next: monitor.metricFailed('staging') }, 'SUM([live, next])'),
    );

    const environments = [...metrics.values()].flatMap(
      (metric) => /"Environment","Value":"(\w+)"/.exec(JSON.stringify(metric))?.[1] ?? [],
    );
    expect(environments).toEqual(['production', 'production', 'staging', 'staging']);
    expect([...metrics.keys()]).toEqual(expect.arrayContaining(['live', 'next']));
    for (const id of metrics.keys()) expect(id).toMatch(/^[a-z]\w*$/);
  });

  test('of two outcomes make a success rate', () => {
    const metrics = metricsIn((monitor) =>
      rate(
        { good: monitor.metricSucceeded('production'), bad: monitor.metricFailed('production') },
        '100 * good / SUM([good, bad])',
      ),
    );

    expect(metrics.size).toBe(7);
  });

  test('of two periods, environments and monitors with the same ids in their stacks are in one graph', () => {
    const app = new App();
    const metrics = ['One', 'Two'].flatMap((id) => {
      const monitor = new DeploymentMonitor(new Stack(app, id, { env: HERE }), 'Monitor', { stateMachineName: id });
      return [
        monitor.metricFailed('production'),
        monitor.metricFailed('staging'),
        monitor.metricFailed('staging', { period: Duration.hours(1) }),
      ];
    });
    const stack = new Stack(app, 'Graphs', { env: HERE });

    new Dashboard(stack, 'Dashboard', { widgets: [[new GraphWidget({ left: metrics })]] });

    const body = JSON.stringify(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    expect(new Set(body.match(/SUM\(\[\w+, \w+\]\)/g)).size).toBe(6);
  });

  test.each<[string, (metric: MathExpression) => IMetric]>([
    ['another expression', (production) => rate({ production }, 'SUM([production])')],
    ['with()', (production) => production.with({ period: Duration.days(1) })],
  ])('of one environment share a graph after %s has changed one of them', (_, change) => {
    const stack = startStack();
    const metric = importMonitor(stack).metricFailed('production', { color: '#d62728' });
    const left = [metric, change(metric)];

    new Dashboard(stack, 'Dashboard', { widgets: [[new GraphWidget({ left })]] });

    const body = JSON.stringify(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    expect(body.match(/SUM\(\[timed_\w+, untimed_\w+\]\)/g)).toHaveLength(2);
  });

  test('keep their options when one of them is changed', () => {
    const options = { label: 'Failures', color: '#d62728', searchRegion: 'eu-west-1', period: Duration.hours(1) };

    const changed = importMonitor(startStack())
      .metricFailed('production', options)
      .with({ period: Duration.days(1) });

    expect(changed).toMatchObject({ ...options, period: Duration.days(1) });
    for (const added of Object.values(changed.usingMetrics)) expect(added).toMatchObject({ period: Duration.days(1) });
  });

  test('have the same ids in each synthesis, also with an environment that is known at deployment only', () => {
    // Each of them is another token.
    const ids = () => [
      ...metricsIn((monitor) => monitor.metricFailed(new CfnParameter(monitor, 'Name').valueAsString)).keys(),
    ];

    expect(ids()).toEqual(ids());
  });
});

describe('the metrics of all environments', () => {
  test.each<[string, string, (monitor: IDeploymentMonitor) => IMetric]>([
    ['NotificationNotPublished', METRICS.notificationsFailed, (monitor) => monitor.metricNotificationsNotPublished()],
    ['WatchesFail', METRICS.watchesFailed, (monitor) => monitor.metricWatchFailed({ period: Duration.hours(1) })],
    ['GitHubEventsWithoutId', METRICS.gitHubEventsWithoutId, (monitor) => monitor.metricGitHubEventsWithoutId()],
  ])('the alarm %s is on the metric that the monitor offers', (id, name, metric) => {
    const stack = startStack();
    const monitor = new DeploymentMonitor(stack, 'Monitor', { githubEvents: true });
    const of = (watched: IMetric) => watched.toMetricConfig().metricStat;
    const own = monitor.alarms.find(({ node }) => node.id === id);

    expect(own && of(own.metric)).toEqual(of(metric(monitor)));
    expect(of(metric(monitor))).toMatchObject({ namespace: 'Flightwatch', metricName: name, statistic: 'Sum' });
  });

  test('are named by the state machine, in a template and in one that imports it', () => {
    const own = alarmOn(
      (monitor) => monitor.metricWatchFailed(),
      (stack) => new DeploymentMonitor(stack, 'Monitor'),
    );
    const imported = alarmOn((monitor) => monitor.metricWatchFailed());

    expect(own.Dimensions).toEqual([
      { Name: 'service', Value: { 'Fn::GetAtt': [expect.stringMatching(/^MonitorWatchStateMachine/), 'Name'] } },
    ]);
    expect(imported.Dimensions).toEqual([{ Name: 'service', Value: 'flightwatch' }]);
  });
});

describe('a monitor of another place', () => {
  test('in another account: an alarm names the account', () => {
    const { Metrics } = alarmOn(
      (monitor) => monitor.metricWatchFailed(),
      (stack) => importMonitor(stack, { ...HERE, account: '999999999999' }),
    ) as { readonly Metrics: readonly Metric[] };

    expect(Metrics.map(({ AccountId }) => AccountId)).toEqual(['999999999999']);
  });

  test('in another Region: a dashboard shows it, and an alarm is refused', () => {
    const stack = startStack();
    const monitor = importMonitor(stack, { ...HERE, region: 'us-east-1' });

    new Dashboard(stack, 'Dashboard', { widgets: [[new GraphWidget({ left: [monitor.metricFailed('production')] })]] });

    const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard).replaceAll('\\', '');
    expect(body.match(/"region":"us-east-1"/g)).toHaveLength(2);
    expect(() =>
      monitor.metricWatchFailed().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 }),
    ).toThrow('us-east-1');
  });
});
