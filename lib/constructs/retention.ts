import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** What is kept, and for how long. */
export interface Retention {
  /** What becomes of the resources that hold data: secrets, the history, log groups and the dead-letter queue. */
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: RetentionDays;
}

export const DEFAULT_RETENTION: Retention = {
  removalPolicy: RemovalPolicy.DESTROY,
  logRetention: RetentionDays.THREE_MONTHS,
};

export function createLogGroup(scope: Construct, id: string, { removalPolicy, logRetention }: Retention): LogGroup {
  return new LogGroup(scope, id, { retention: logRetention, removalPolicy });
}
