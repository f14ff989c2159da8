import { DescribeStateMachineCommand, paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { parse } from '@aws-sdk/util-arn-parser';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { STATE_MACHINE_ARN_FORM, STATE_MACHINE_ARN_PATTERN } from '../contract/state-machine-arn';
import { messageOf, showArn } from '../text';
import { asUsageError, describeAwsError, UsageError } from './errors';
import type { Terminal } from './terminal';

export const STATE_MACHINE_VARIABLE = 'FLIGHTWATCH_STATE_MACHINE_ARN';

/** What the stack calls its state machine by default. */
const DEFAULT_NAME = 'flightwatch';

const PASS_ARN = `with --state-machine-arn or ${STATE_MACHINE_VARIABLE}`;

export interface StateMachine {
  readonly arn: string;
  readonly stepFunctions: SFNClient;
  /** False if only its ARN is known. */
  readonly isFound: boolean;
}

/**
 * Finds the state machine that the option or the environment variable names, or else the one called `flightwatch`.
 * Checks that there are credentials and a region.
 *
 * @throws UsageError
 */
export async function findStateMachine(option: string | undefined, { env }: Terminal): Promise<StateMachine> {
  const given = option ?? (env[STATE_MACHINE_VARIABLE] || undefined);
  if (given === undefined) {
    const stepFunctions = new SFNClient(COMMAND_LINE_CLIENT);
    return { arn: await asUsageError(() => searchByName(stepFunctions)), stepFunctions, isFound: true };
  }
  const arn = checkArn(given, option === undefined ? STATE_MACHINE_VARIABLE : '--state-machine-arn');
  const stepFunctions = new SFNClient({ ...COMMAND_LINE_CLIENT, region: parse(arn).region });
  await asUsageError(() => stepFunctions.config.credentials());
  return { arn, stepFunctions, isFound: false };
}

/**
 * Checks that a state machine exists. Without the permission to look, it only warns.
 *
 * @throws UsageError
 */
export async function checkExistence({ arn, stepFunctions, isFound }: StateMachine, terminal: Terminal): Promise<void> {
  if (isFound) return;
  try {
    await stepFunctions.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
  } catch (error) {
    if (!(error as Error).name.startsWith('AccessDenied'))
      throw new UsageError(describeAwsError(error), { cause: error });
    terminal.err(`Without states:DescribeStateMachine it is not known whether ${arn} exists (${messageOf(error)}).`);
  }
}

function checkArn(text: string, source: string): string {
  if (STATE_MACHINE_ARN_PATTERN.test(text)) return text;
  throw new UsageError(
    `${source}: got ${showArn(text)}, expected ${STATE_MACHINE_ARN_FORM}, as in the stack's output StateMachineArn.`,
  );
}

/** The state machine of that name, or else the only one whose name begins with it. */
async function searchByName(stepFunctions: SFNClient): Promise<string> {
  const candidates: string[] = [];
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: stepFunctions }, {})) {
    for (const { name = '', stateMachineArn = '' } of stateMachines) {
      if (name === DEFAULT_NAME) return stateMachineArn;
      if (name.startsWith(`${DEFAULT_NAME}-`)) candidates.push(stateMachineArn);
    }
  }
  const [only, ...others] = candidates;
  if (only === undefined) throw new UsageError(await describeAbsence(stepFunctions));
  if (others.length > 0)
    throw new UsageError(`Several state machines match: ${candidates.join(', ')}; choose one ${PASS_ARN}.`);
  return only;
}

async function describeAbsence(stepFunctions: SFNClient): Promise<string> {
  const region = await stepFunctions.config.region();
  return `There is no state machine called "${DEFAULT_NAME}" in ${region}: deploy the stack, choose its region with AWS_REGION, or pass its ARN ${PASS_ARN}.`;
}
