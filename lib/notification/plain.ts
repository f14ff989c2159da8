import type { DeploymentSummary } from '../flightcontrol/deployment';
import { linkExecution } from './links';
import { attributesOf, type MessageAttribute } from './notification';
import { describeDeployment, type NotificationRecord, placeOf } from './record';

/**
 * What the state machine knows of a watch when it has to write a notification without the poll function. A look prepares
 * it, because states cannot leave out what is unknown.
 */
export interface PlainFacts {
  /** Such as `production, main`. */
  readonly place: string;
  /** The execution's page in the console, or its ARN. */
  readonly watch: string;
  /** The known part of the notification's record. */
  readonly record: Partial<NotificationRecord>;
  /** The known message attributes. */
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

export function describePlainly(
  deploymentId: string,
  status: string | null,
  deployment: DeploymentSummary | null,
  executionArn: string,
): PlainFacts {
  const record = describeDeployment({ deploymentId, status, deployment });
  return {
    place: placeOf(record, 40),
    watch: linkExecution(executionArn) ?? executionArn,
    record,
    attributes: attributesOf(record),
  };
}
