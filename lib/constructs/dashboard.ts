import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  DashboardVariable,
  DefaultValue,
  GraphWidget,
  type IAlarm,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  Stats,
  Values,
  VariableInputType,
  VariableType,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { LOOK_FIELDS, LOOK_MESSAGE } from '../contract/log-lines';
import { METRICS } from '../contract/metrics';

export interface WatchDashboardProps {
  readonly stateMachine: StateMachine;
  readonly pollLogGroup: ILogGroup;
  readonly alarms: readonly IAlarm[];
}

const HALF = { width: 12, height: 6 };

/** The poll function logs one line for each look; a query is cheaper than a metric for each answer. */
const LOOKS = `filter ${LOOK_FIELDS.message} = "${LOOK_MESSAGE}"`;

const SUCCEEDED = `${METRICS.outcome}="SUCCEEDED"`;
const FAILED = `${METRICS.outcome}="FAILED"`;
const CANCELLED = `${METRICS.outcome}="CANCELLED"`;

/** CloudWatch replaces this text in the dashboard by the environment that its reader chooses. */
const CHOSEN_ENVIRONMENT = 'chosen-environment';

/** How watches and deployments ended, and whether the alarms are quiet. */
export class WatchDashboard extends Construct {
  constructor(scope: Construct, id: string, { stateMachine, pollLogGroup, alarms }: WatchDashboardProps) {
    super(scope, id);
    const { stateMachineName } = stateMachine;
    new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(7),
      variables: [chooseEnvironment(stateMachineName)],
      widgets: [
        showAlarms(alarms),
        showDays(stateMachineName),
        showWatches(stateMachineName),
        showLooks(pollLogGroup.logGroupName),
      ],
    });
  }
}

/** A selection of the environments that have metrics. */
function chooseEnvironment(service: string): DashboardVariable {
  return new DashboardVariable({
    id: 'environment',
    label: 'Environment, for the success rate',
    type: VariableType.PATTERN,
    inputType: VariableInputType.SELECT,
    value: CHOSEN_ENVIRONMENT,
    values: Values.fromSearch(watches(service), METRICS.environment),
    defaultValue: DefaultValue.FIRST,
  });
}

function showAlarms(alarms: readonly IAlarm[]): IWidget[] {
  // CloudWatch takes no empty list.
  if (alarms.length === 0) return [];
  return [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 })];
}

function showDays(service: string): IWidget[] {
  return [
    new GraphWidget({
      ...HALF,
      title: 'Deployments per day, by environment and outcome',
      stacked: true,
      left: [graph(count(watches(service, `(${SUCCEEDED} OR ${FAILED} OR ${CANCELLED})`), DAY), DAY, PAIR)],
    }),
    new GraphWidget({
      ...HALF,
      title: 'Success rate per day, in percent',
      left: [
        successRate(service, CHOSEN_ENVIRONMENT, `${METRICS.environment}="${CHOSEN_ENVIRONMENT}"`),
        successRate(service, 'all but preview environments', `NOT ${METRICS.environment}="${METRICS.previews}"`),
      ],
      leftYAxis: { min: 0, max: 100 },
    }),
  ];
}

function showWatches(service: string): IWidget[] {
  return [
    new GraphWidget({
      ...HALF,
      title: 'Outcomes per environment',
      stacked: true,
      left: [graph(count(watches(service), HOUR), HOUR, PAIR)],
    }),
    new GraphWidget({
      ...HALF,
      title: 'Duration of deployments, in seconds',
      left: [graph(search(select(service, [METRICS.deploymentSeconds]), Stats.AVERAGE, HOUR), HOUR, PAIR)],
    }),
  ];
}

function showLooks(logGroupName: string): IWidget[] {
  return [
    new LogQueryWidget({
      ...HALF,
      title: 'Answers of the API by kind',
      logGroupNames: [logGroupName],
      view: LogQueryVisualizationType.BAR,
      queryLines: [LOOKS, `stats count(*) as looks by ${LOOK_FIELDS.answer}`],
    }),
    new LogQueryWidget({
      ...HALF,
      title: 'Looks per watch',
      logGroupNames: [logGroupName],
      view: LogQueryVisualizationType.LINE,
      queryLines: [LOOKS, `stats count(*) / count_distinct(${LOOK_FIELDS.execution}) as looksPerWatch by bin(1d)`],
    }),
  ];
}

/** Of each line that a search finds. Source: CloudWatch docs, Dynamic labels. */
const PAIR = `\${PROP('Dim.${METRICS.environment}')} \${PROP('Dim.${METRICS.outcome}')}`;

const HOUR = Duration.hours(1);
const DAY = Duration.days(1);

/**
 * Successes out of those that succeeded or failed, in percent. An expression can't divide the lines of two searches
 * pair by pair, so this is one line. Source: CloudWatch docs, Metric math syntax, Basic arithmetic functions.
 */
function successRate(service: string, label: string, environment: string): MathExpression {
  const sum = (outcome: string) => `SUM(${count(watches(service, environment, outcome), DAY)})`;
  return graph(`100 * ${sum(SUCCEEDED)} / ${sum(`(${SUCCEEDED} OR ${FAILED})`)}`, DAY, label);
}

/** What holds a sample of each watch: those that know how long the deployment took, and the others. */
function watches(service: string, ...terms: readonly string[]): string {
  return select(service, [METRICS.deploymentSeconds, METRICS.watchesWithoutDuration], ...terms);
}

/** The metrics of this installation, one for each pair of environment and outcome. */
function select(service: string, metrics: readonly string[], ...terms: readonly string[]): string {
  const schema = [METRICS.namespace, METRICS.service, METRICS.environment, METRICS.outcome].join(',');
  const names = metrics.map((metric) => `MetricName="${metric}"`).join(' OR ');
  return [`{${schema}} (${names}) ${METRICS.service}="${service}"`, ...terms].join(' ');
}

function count(selection: string, period: Duration): string {
  return search(selection, Stats.SAMPLE_COUNT, period);
}

/** One line for each metric. Source: CloudWatch docs, Search expressions. */
function search(selection: string, statistic: string, period: Duration): string {
  return `SEARCH('${selection}', '${statistic}', ${period.toSeconds()})`;
}

function graph(expression: string, period: Duration, label: string): MathExpression {
  return new MathExpression({ expression, usingMetrics: {}, label, period });
}
