import { GetCallerIdentityCommand, type GetCallerIdentityCommandOutput, STSClient } from '@aws-sdk/client-sts';
import { parse } from '@aws-sdk/util-arn-parser';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import type { Finding } from './doctor-findings';
import { describeAwsError, kindOfAwsError, UsageError } from './errors';
import { findStateMachine, STATE_MACHINE_VARIABLE, type StateMachine } from './state-machine';
import type { Terminal } from './terminal';

/** Who the user is for AWS, and which state machine everything is about. */
export interface Beginning {
  readonly findings: readonly Finding[];
  /** Absent if nothing more can be checked. */
  readonly stateMachine?: StateMachine & { readonly region: string };
  /** Why AWS told nothing at all. */
  readonly problem?: 'credentials' | 'unreachable';
}

/** @throws UsageError if what was given as an ARN is none */
export async function begin(option: string | undefined, terminal: Terminal): Promise<Beginning> {
  const machine = await attempt(() => findStateMachine(option, terminal));
  const isNamed = Boolean(option ?? terminal.env[STATE_MACHINE_VARIABLE]);
  if (machine instanceof UsageError && isNamed) {
    // With a cause, it is AWS that refuses: an ARN says where, so there are no credentials.
    if (machine.cause === undefined) throw machine;
    const cause = machine.cause as Error;
    const problem = kindOfAwsError(cause) === 'credentials' ? 'credentials' : 'unreachable';
    return { findings: [describeNoIdentity(cause, terminal)], problem };
  }
  const stateMachine = machine instanceof Error ? undefined : machine;
  const sts = new STSClient({
    ...COMMAND_LINE_CLIENT,
    region: stateMachine?.stepFunctions.config.region ?? COMMAND_LINE_CLIENT.region,
  });
  const identity = await attempt(() => sts.send(new GetCallerIdentityCommand({})));
  if (identity instanceof Error) {
    const problem = whyNothingIsTold(identity, stateMachine !== undefined);
    if (problem !== undefined) return { findings: [describeNoIdentity(identity, terminal)], problem };
  }
  const region = await sts.config.region();
  const findings = [
    identity instanceof Error
      ? describeNoIdentity(identity, terminal)
      : describeIdentity(identity, region, stateMachine?.arn, terminal),
  ];
  if (stateMachine !== undefined) return { findings, stateMachine: { ...stateMachine, region } };
  return { findings: [...findings, describeNoMachine(machine as Error)] };
}

async function attempt<T>(work: () => Promise<T>): Promise<T | Error> {
  try {
    return await work();
  } catch (error) {
    return error as Error;
  }
}

const CREDENTIALS = 'Credentials';

/** @returns undefined if the rest can be checked without knowing who asks, as where only STS is denied */
function whyNothingIsTold(error: Error, isMachineKnown: boolean): Beginning['problem'] {
  const kind = kindOfAwsError(error);
  if (kind === 'credentials' || kind === 'unreachable') return kind;
  return isMachineKnown ? undefined : 'unreachable';
}

function describeNoIdentity(error: Error, { env: { AWS_PROFILE: profile } }: Terminal): Finding {
  const found = describeAwsError(error);
  if (kindOfAwsError(error) !== 'credentials') return { name: CREDENTIALS, state: 'unknown', found };
  if (!profile) return { name: CREDENTIALS, state: 'bad', found };
  return {
    name: CREDENTIALS,
    state: 'bad',
    found: `${found} They were looked for in the profile ${profile}, which AWS_PROFILE names.`,
    todo: 'If it is not one of these, correct AWS_PROFILE:',
    commands: ['aws configure list-profiles'],
  };
}

function describeIdentity(
  { Arn = '', Account = '' }: GetCallerIdentityCommandOutput,
  region: string,
  machineArn: string | undefined,
  { env }: Terminal,
): Finding {
  const source = env.AWS_PROFILE ? `, from the profile ${env.AWS_PROFILE}` : '';
  const found = `${Arn} in ${region}${source}.`;
  if (machineArn === undefined || parse(machineArn).accountId === Account)
    return { name: CREDENTIALS, state: 'good', found };
  return {
    name: CREDENTIALS,
    state: 'bad',
    found: `${found} The state machine is in another account, ${parse(machineArn).accountId}.`,
    todo: 'Sign in to the account of the state machine, for example with AWS_PROFILE.',
  };
}

function describeNoMachine(error: Error): Finding {
  const cause = error.cause ?? error;
  const isDenied = kindOfAwsError(cause) === 'denied';
  return {
    name: 'State machine',
    state: error.cause === undefined ? 'bad' : 'unknown',
    found: isDenied ? 'Not known, because AWS denied states:ListStateMachines.' : error.message,
    todo: isDenied
      ? `Name the state machine with --state-machine-arn or ${STATE_MACHINE_VARIABLE}, or allow the permission.`
      : undefined,
  };
}
