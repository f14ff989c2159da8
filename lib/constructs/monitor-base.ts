import type { MathExpression, MathExpressionOptions, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct } from 'constructs';
import { METRICS } from '../contract/metrics';
import type { Outcome } from '../contract/outcomes';
import { countOf, type MeasuredWatches, secondsOf, watchesOf } from './monitor-metrics';
import { warnAboutGrant } from './synth-warnings';

/**
 * A monitor, made in this app or somewhere else.
 *
 * The metrics have data only where something happened: let an alarm treat missing data as not breaching. The metrics by
 * environment take the environment's given id, such as `production`, or its id if it has no given id. All preview
 * environments share the name `previews`. CloudWatch adds up neither environments nor outcomes in an alarm: for all
 * environments together, use the metrics of `stateMachine`; for those that you know, the `MathExpression`
 * `SUM([a, b])`, because `a + b` has no value while one of them has no data.
 */
export interface IDeploymentMonitor extends IConstruct {
  /**
   * The state machine of the watches. Each execution watches one deployment.
   *
   * Its own metrics are about all environments together: `metricStarted()` counts watches, `metricSucceeded()` those that
   * ended as `SUCCEEDED`, and `metricFailed()` those that ended with any other outcome.
   */
  readonly stateMachine: IStateMachine;

  /**
   * Allows starting a watch and following it to its end: what the commands `start`, `watch` and `trigger` and the GitHub
   * Action need if they are given the ARN of the state machine.
   *
   * The actions are `states:StartExecution` and `states:DescribeStateMachine` on the state machine, and
   * `states:DescribeExecution` and `states:GetExecutionHistory` on its executions. Step Functions lets no other account
   * in: grant a role of the state machine's account, which another account may assume.
   *
   * @param grantee a role or a user, for example the role of a CI job
   * @returns the grant, for example to make a resource depend on it
   */
  grantStart(grantee: IGrantable): Grant;

  /**
   * How many deployments to an environment succeeded, `NO_CHANGE` included.
   *
   * Unit: count. Period: 5 minutes. No data while there are none.
   *
   * @param environment the environment's given id, or `previews`
   * @param options such as another period
   * @returns a math expression, which an alarm takes like a metric
   * @throws Error if the environment is no text
   */
  metricSucceeded(environment: string, options?: MathExpressionOptions): MathExpression;

  /**
   * How many deployments to an environment failed.
   *
   * Unit: count. Period: 5 minutes. No data while there are none.
   *
   * @param environment the environment's given id, or `previews`
   * @param options such as another period
   * @returns a math expression, which an alarm takes like a metric
   * @throws Error if the environment is no text
   */
  metricFailed(environment: string, options?: MathExpressionOptions): MathExpression;

  /**
   * How many deployments to an environment were cancelled.
   *
   * Unit: count. Period: 5 minutes. No data while there are none.
   *
   * @param environment the environment's given id, or `previews`
   * @param options such as another period
   * @returns a math expression, which an alarm takes like a metric
   * @throws Error if the environment is no text
   */
  metricCancelled(environment: string, options?: MathExpressionOptions): MathExpression;

  /**
   * How many deployments to an environment were still in progress when the time of their watches was up.
   *
   * Unit: count. Period: 5 minutes. No data while there are none.
   *
   * @param environment the environment's given id, or `previews`
   * @param options such as another period
   * @returns a math expression, which an alarm takes like a metric
   * @throws Error if the environment is no text
   */
  metricTimedOut(environment: string, options?: MathExpressionOptions): MathExpression;

  /**
   * How many watches ended as `WATCH_FAILED`: they could not find out how their deployments ended. This is about all
   * environments together, because such a watch often does not know its environment.
   *
   * Statistic: sum. Unit: count. Period: 5 minutes. No data while there are none.
   *
   * @param options such as another period
   * @returns the metric `WatchesFailed`
   */
  metricWatchFailed(options?: MetricOptions): Metric;

  /**
   * How long deployments to an environment took, from their creation to the look that saw their end. Without
   * `options.outcome`, it is about those that succeeded.
   *
   * Statistic: average. Unit: seconds. Period: 5 minutes. No data while no deployment ends so, or while it is unknown how
   * long they took, for example because a deployment had already finished when its watch started.
   *
   * @param environment the environment's given id, or `previews`
   * @param options such as another outcome, or the statistic `p90`
   * @returns the metric `DeploymentSeconds`
   * @throws Error if the environment is no text, or there is no such outcome
   */
  metricDeploymentSeconds(environment: string, options?: DeploymentSecondsOptions): Metric;

  /**
   * How many watches, or reports of watches that ended without a notification, could not publish their notification:
   * nobody was told.
   *
   * Statistic: sum. Unit: count. Period: 5 minutes. No data while there are none.
   *
   * @param options such as another period
   * @returns the metric `NotificationsFailed`
   */
  metricNotificationsNotPublished(options?: MetricOptions): Metric;

  /**
   * How many events of GitHub were Flightcontrol's and had no usable deployment id: these deployments are not watched.
   *
   * Statistic: sum. Unit: count. Period: 5 minutes. No data while there are none.
   *
   * @param options such as another period
   * @returns the metric `GitHubEventsWithoutId`
   */
  metricGitHubEventsWithoutId(options?: MetricOptions): Metric;
}

/** Options of the duration of deployments. */
export interface DeploymentSecondsOptions extends MetricOptions {
  /**
   * How the watches ended.
   *
   * @default 'SUCCEEDED'
   */
  readonly outcome?: Outcome;
}

/** The watches of a monitor, as permissions and metrics name them. */
export interface Watches extends Pick<MeasuredWatches, 'service' | 'place'> {
  /** What the ARNs of all executions match. */
  readonly executionArns: string;
}

/** What needs only the state machine. */
export abstract class MonitorBase extends Construct implements IDeploymentMonitor {
  abstract readonly stateMachine: IStateMachine;
  /** @internal */
  protected abstract readonly _watches: Watches;

  grantStart(grantee: IGrantable): Grant {
    const { stateMachineArn } = this.stateMachine;
    const grant = Grant.addToPrincipal({
      grantee,
      actions: ['states:StartExecution', 'states:DescribeStateMachine'],
      resourceArns: [stateMachineArn],
    }).combine(
      Grant.addToPrincipal({
        grantee,
        actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
        resourceArns: [this._watches.executionArns],
      }),
    );
    warnAboutGrant(this, 'grantStart', grantee, grant);
    return grant;
  }

  metricSucceeded(environment: string, options?: MathExpressionOptions): MathExpression {
    return watchesOf(this.measured, environment, 'SUCCEEDED', options);
  }

  metricFailed(environment: string, options?: MathExpressionOptions): MathExpression {
    return watchesOf(this.measured, environment, 'FAILED', options);
  }

  metricCancelled(environment: string, options?: MathExpressionOptions): MathExpression {
    return watchesOf(this.measured, environment, 'CANCELLED', options);
  }

  metricTimedOut(environment: string, options?: MathExpressionOptions): MathExpression {
    return watchesOf(this.measured, environment, 'TIMED_OUT', options);
  }

  metricWatchFailed(options?: MetricOptions): Metric {
    return countOf(this.measured, METRICS.watchesFailed, options);
  }

  metricDeploymentSeconds(environment: string, options: DeploymentSecondsOptions = {}): Metric {
    const { outcome = 'SUCCEEDED', ...others } = options;
    return secondsOf(this.measured, environment, outcome, others);
  }

  metricNotificationsNotPublished(options?: MetricOptions): Metric {
    return countOf(this.measured, METRICS.notificationsFailed, options);
  }

  metricGitHubEventsWithoutId(options?: MetricOptions): Metric {
    return countOf(this.measured, METRICS.gitHubEventsWithoutId, options);
  }

  private get measured(): MeasuredWatches {
    return { scope: this, ...this._watches };
  }
}
