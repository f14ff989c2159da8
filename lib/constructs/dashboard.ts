import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  Stats,
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

/** How watches and deployments ended, and whether the alarms are quiet. */
export class WatchDashboard extends Construct {
  constructor(scope: Construct, id: string, { stateMachine, pollLogGroup, alarms }: WatchDashboardProps) {
    super(scope, id);
    const { stateMachineName } = stateMachine;
    const { logGroupName } = pollLogGroup;
    new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(7),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 })],
        [
          new GraphWidget({
            ...HALF,
            title: 'Outcomes per environment',
            stacked: true,
            left: [perEnvironment(stateMachineName, METRICS.watches, Stats.SUM)],
          }),
          new GraphWidget({
            ...HALF,
            title: 'Duration of deployments, in seconds',
            left: [perEnvironment(stateMachineName, METRICS.deploymentSeconds, Stats.AVERAGE)],
          }),
        ],
        [
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
            queryLines: [
              LOOKS,
              `stats count(*) / count_distinct(${LOOK_FIELDS.execution}) as looksPerWatch by bin(1d)`,
            ],
          }),
        ],
      ],
    });
  }
}

/** One line for each pair of environment and outcome. Source: CloudWatch docs, Search expressions. */
function perEnvironment(service: string, metric: string, statistic: string): MathExpression {
  const schema = [METRICS.namespace, METRICS.service, METRICS.environment, METRICS.outcome].join(',');
  const query = `MetricName="${metric}" ${METRICS.service}="${service}"`;
  return new MathExpression({
    expression: `SEARCH('{${schema}} ${query}', '${statistic}', 3600)`,
    usingMetrics: {},
    label: '',
    period: Duration.hours(1),
  });
}
