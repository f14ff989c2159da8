import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { seeRunbook } from '../contract/runbook';

export const FIVE_MINUTES = Duration.minutes(5);

export interface RunbookAlarmProps {
  readonly metric: IMetric;
  /** Goes off when the metric is this or more. */
  readonly threshold: number;
  /** Stays on until the metric has been below the threshold for so many of its periods. @default 1 */
  readonly periods?: number;
  /** Its heading in the runbook. */
  readonly heading: string;
  readonly meaning: string;
}

/** An alarm that has an entry in the runbook. */
export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    const { periods = 1 } = props;
    super(scope, id, {
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: periods,
      ...(periods > 1 && { datapointsToAlarm: 1 }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${props.meaning} ${seeRunbook(props.heading)}`,
    });
  }
}
