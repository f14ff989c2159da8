/**
 * The name that keeps a watch single: two executions of one state machine never share one. The last number counts the
 * watches of the deployment, so no two deployments get the same name. At most 64 + 1 + 15 of the 80 characters allowed.
 * Source: Step Functions API, StartExecution.
 */
export function executionName(deploymentId: string, attempt: number): string {
  return `${deploymentId}-${attempt}`;
}

/** The name of the execution that an event without a usable deployment id starts; it says what is wrong with the event. */
export function executionNameOfEvent(eventId: string): string {
  return `event-${eventId}`;
}

/** The execution of a state machine that has this name. */
export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** The state machine's name, out of its ARN. */
export function stateMachineName(stateMachineArn: string): string {
  return stateMachineArn.split(':').at(-1) ?? '';
}
