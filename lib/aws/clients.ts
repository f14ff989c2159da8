import { SFNClient } from '@aws-sdk/client-sfn';
import { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } from '@smithy/core/config';
import { STEP_FUNCTIONS_CALL } from '../contract/call-limits';

/** For the functions behind rules: what still fails after these attempts is thrown, and Lambda retries the event. */
export function createStepFunctionsClient(): SFNClient {
  const { attempts, secondsPerAttempt } = STEP_FUNCTIONS_CALL;
  return new SFNClient({ maxAttempts: attempts, requestHandler: timeOutAfter(secondsPerAttempt) });
}

/** As the AWS CLI finds it. The SDK itself does not read AWS_DEFAULT_REGION. */
const region = loadConfig(
  {
    ...NODE_REGION_CONFIG_OPTIONS,
    environmentVariableSelector: ({ AWS_REGION, AWS_DEFAULT_REGION }) => AWS_REGION || AWS_DEFAULT_REGION || undefined,
  },
  NODE_REGION_CONFIG_FILE_OPTIONS,
);

/** For the command line: throttling and dropped connections are retried, which takes up to about 20 s. */
export const COMMAND_LINE_CLIENT = { maxAttempts: 6, requestHandler: timeOutAfter(15, 5), region };

/** The SDK's own time-outs are longer than a function should wait; without the last setting they only warn. */
export function timeOutAfter(seconds: number, secondsToConnect = 2) {
  return { requestTimeout: seconds * 1000, connectionTimeout: secondsToConnect * 1000, throwOnRequestTimeout: true };
}
