import { ERROR_OF_OUTCOME, type Outcome } from './names';

/**
 * The name that makes a watch single: two executions of one state machine never share one. The last number tells which
 * watch of the deployment it is, so no two deployments get the same. At most 64 + 1 + 15 of the 80 characters allowed.
 * Source: Step Functions API, StartExecution.
 */
export function executionName(deploymentId: string, attempt: number): string {
  return `${deploymentId}-${attempt}`;
}

/** The execution of a state machine that has this name. */
export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/**
 * How the deployment ended, if the execution found out and told: after that it is not watched again. A time-out, a
 * failed watch and a notification that nobody got leave the question open.
 */
export function verdictOf(execution: {
  readonly status?: string | undefined;
  readonly error?: string | undefined;
}): Outcome | undefined {
  if (execution.status === 'SUCCEEDED') return 'SUCCEEDED';
  if (execution.status !== 'FAILED') return undefined;
  return (['FAILED', 'CANCELLED'] as const).find((outcome) => ERROR_OF_OUTCOME[outcome] === execution.error);
}
