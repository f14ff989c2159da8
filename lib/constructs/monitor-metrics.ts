import { createHash } from 'node:crypto';
import { Stack, Token } from 'aws-cdk-lib';
import {
  MathExpression,
  type MathExpressionOptions,
  type MathExpressionProps,
  Metric,
  type MetricOptions,
  type MetricProps,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { toDimensionValue } from '../contract/dimension-value';
import { METRICS } from '../contract/metrics';
import { OUTCOMES, type Outcome } from '../contract/outcomes';
import { withoutUndefined } from '../objects';
import { showText } from '../text';
import { FIVE_MINUTES } from './runbook-alarm';

/** The watches that metrics are about. */
export interface MeasuredWatches {
  /** Where alarms and dashboards are. */
  readonly scope: IConstruct;
  /** The name of the watches' state machine. */
  readonly service: string;
  /** Where the metrics are, if not in the account and the Region of `scope`. */
  readonly place?: Pick<MetricOptions, 'account' | 'region'>;
}

/** Metrics that a function writes without an environment. */
type CountMetric =
  | typeof METRICS.watchesFailed
  | typeof METRICS.notificationsFailed
  | typeof METRICS.gitHubEventsWithoutId;

/** How often something happened, for all environments together. Nothing is written while it does not. */
export function countOf(watches: MeasuredWatches, metricName: CountMetric, options: MetricOptions = {}): Metric {
  return ownMetric(watches, { metricName, statistic: Stats.SUM, ...withoutUndefined(options) });
}

/** How long the deployments took that ended so. */
export function secondsOf(
  watches: MeasuredWatches,
  environment: string,
  outcome: Outcome,
  options: MetricOptions = {},
): Metric {
  checkOutcome(outcome);
  return byOutcome(watches, environment, outcome, {
    metricName: METRICS.deploymentSeconds,
    statistic: Stats.AVERAGE,
    ...withoutUndefined(options),
  });
}

/**
 * How many watches ended so. A watch is a sample of one of two metrics. The sum of a list leaves out what is missing;
 * `timed + untimed` would need both at the same time.
 */
export function watchesOf(
  watches: MeasuredWatches,
  environment: string,
  outcome: Outcome,
  options: MathExpressionOptions = {},
): MathExpression {
  const samplesOf = (metricName: string) =>
    byOutcome(watches, environment, outcome, { statistic: Stats.SAMPLE_COUNT, metricName });
  const { period = FIVE_MINUTES, ...others } = withoutUndefined(options);
  const suffix = hashOf(watches.scope, [environment, outcome, period.toSeconds()]);
  const [timed, untimed] = [`timed_${suffix}`, `untimed_${suffix}`];
  const props = {
    expression: `SUM([${timed}, ${untimed}])`,
    usingMetrics: {
      [timed]: samplesOf(METRICS.deploymentSeconds),
      [untimed]: samplesOf(METRICS.watchesWithoutDuration),
    },
    label: `${environment} ${outcome}`,
    period,
    ...others,
  };
  return new WatchesExpression(props, (more) => watchesOf(watches, environment, outcome, { ...options, ...more }));
}

/** The ids of its metrics depend on its period, which `with` and an expression around it may change. */
class WatchesExpression extends MathExpression {
  constructor(
    props: MathExpressionProps,
    private readonly remake: (options: MathExpressionOptions) => MathExpression,
  ) {
    super(props);
  }

  override with(options: MathExpressionOptions): MathExpression {
    return this.remake(withoutUndefined(options));
  }
}

/** An id may stand for one metric only in a graph or an alarm, which may be about several monitors. */
function hashOf(scope: IConstruct, parts: readonly unknown[]): string {
  const text = JSON.stringify(Stack.of(scope).resolve([scope.node.addr, ...parts]));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

type NamedMetric = Omit<MetricProps, 'namespace'>;

function byOutcome(watches: MeasuredWatches, environment: string, outcome: Outcome, props: NamedMetric): Metric {
  checkEnvironment(environment);
  const value = Token.isUnresolved(environment) ? environment : toDimensionValue(environment);
  return ownMetric(watches, props, { [METRICS.environment]: value, [METRICS.outcome]: outcome });
}

function ownMetric(
  { scope, service, place }: MeasuredWatches,
  { dimensionsMap, ...props }: NamedMetric,
  dimensions: Readonly<Record<string, string>> = {},
): Metric {
  return new Metric({
    period: FIVE_MINUTES,
    ...place,
    ...props,
    namespace: METRICS.namespace,
    dimensionsMap: { ...dimensionsMap, [METRICS.service]: service, ...dimensions },
  }).attachTo(scope);
}

/** JavaScript checks nothing, and a metric with another outcome is one that nobody writes. */
function checkOutcome(outcome: unknown): void {
  if (OUTCOMES.some((name) => name === outcome)) return;
  throw new Error(`outcome: got ${showText(outcome)}, expected ${OUTCOMES.join(' or ')}`);
}

/** JavaScript checks nothing, and a metric without its dimension is one that nobody writes. */
function checkEnvironment(environment: unknown): void {
  if (typeof environment === 'string' && environment.trim() !== '') return;
  throw new Error(
    `environment: got ${showText(environment)}, expected the given id of an environment, such as 'production'`,
  );
}
