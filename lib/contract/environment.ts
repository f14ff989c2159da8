import { textVariables } from './variables';

/** The environment of the function that starts watches. */
export const startEnvironment = textVariables({ stateMachineArn: 'STATE_MACHINE_ARN' });

/** The environment of the function that reports broken watches. */
export const reportEnvironment = textVariables({
  watchStateMachineArn: 'WATCH_STATE_MACHINE_ARN',
  reportStateMachineArn: 'REPORT_STATE_MACHINE_ARN',
});

/** The environment of the measuring function; the name is the value of the metrics' dimension `service`. */
export const measureEnvironment = textVariables({ stateMachineName: 'STATE_MACHINE_NAME' });
