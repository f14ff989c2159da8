import { paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { parse } from '@aws-sdk/util-arn-parser';
import { showValue } from '../text';
import { orUsageError, UsageError } from './errors';

export const STATE_MACHINE_VARIABLE = 'FLIGHTWATCH_STATE_MACHINE_ARN';

/** What the stack calls its state machine by default. */
const DEFAULT_NAME = 'flightwatch';

const ARN_FORM = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[\w-]{1,80}$/;
const CHOOSE = `name one with --state-machine-arn or ${STATE_MACHINE_VARIABLE}`;

export interface StateMachine {
  readonly arn: string;
  readonly stepFunctions: SFNClient;
}

/**
 * Finds the state machine that the option or the environment names, or the one called `flightwatch`; makes sure of
 * credentials and region on the way.
 *
 * @throws UsageError
 */
export async function findStateMachine(option: string | undefined, env: NodeJS.ProcessEnv): Promise<StateMachine> {
  const named = option ?? (env[STATE_MACHINE_VARIABLE] || undefined);
  if (named === undefined) {
    const stepFunctions = new SFNClient(CLIENT_SETTINGS);
    return { arn: await orUsageError(() => searchByName(stepFunctions)), stepFunctions };
  }
  const arn = checkArn(named, option === undefined ? STATE_MACHINE_VARIABLE : '--state-machine-arn');
  const stepFunctions = new SFNClient({ ...CLIENT_SETTINGS, region: parse(arn).region });
  await orUsageError(() => stepFunctions.config.credentials());
  return { arn, stepFunctions };
}

/** Throttling and dropped connections are waited for; that takes up to some 20 s. */
const CLIENT_SETTINGS = {
  maxAttempts: 6,
  requestHandler: { requestTimeout: 15_000, connectionTimeout: 5_000, throwOnRequestTimeout: true },
};

function checkArn(text: string, source: string): string {
  if (ARN_FORM.test(text)) return text;
  throw new UsageError(
    `${source}: got ${showValue(text)}, expected arn:aws:states:<region>:<account>:stateMachine:<name>, as in the stack's output StateMachineArn.`,
  );
}

/** The name itself, or else the only one that begins with it. */
async function searchByName(stepFunctions: SFNClient): Promise<string> {
  const alike: string[] = [];
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: stepFunctions }, {})) {
    for (const { name = '', stateMachineArn = '' } of stateMachines) {
      if (name === DEFAULT_NAME) return stateMachineArn;
      if (name.startsWith(`${DEFAULT_NAME}-`)) alike.push(stateMachineArn);
    }
  }
  const [only, ...others] = alike;
  if (only === undefined) throw new UsageError(await describeAbsence(stepFunctions));
  if (others.length > 0) throw new UsageError(`Several state machines match: ${alike.join(', ')}; ${CHOOSE}.`);
  return only;
}

async function describeAbsence(stepFunctions: SFNClient): Promise<string> {
  const region = await stepFunctions.config.region();
  return `There is no state machine called "${DEFAULT_NAME}" in ${region}: deploy the stack, check AWS_REGION, or ${CHOOSE}.`;
}
