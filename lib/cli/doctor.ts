import type { Target } from '../github/target';
import { readTarget } from './connect-github';
import { checkAlarms } from './doctor-alarms';
import { type Beginning, begin } from './doctor-credentials';
import { checkDeadLetters } from './doctor-dead-letters';
import { checkStack, checkStateMachine, checkVersion } from './doctor-deployment';
import type { Finding } from './doctor-findings';
import { checkGitHub } from './doctor-github';
import { checkHistory } from './doctor-history';
import { type Installation, openInstallation } from './doctor-installation';
import { checkKey } from './doctor-key';
import { checkQuotas } from './doctor-quotas';
import { printFinding, printSummary } from './doctor-report';
import { checkRules } from './doctor-rules';
import { checkAlarmSubscribers, checkSubscribers } from './doctor-subscribers';
import { checkWatches } from './doctor-watches';
import { checkGitHubEvents, checkReceiver } from './doctor-webhook';
import { setInterruptMessage } from './interrupt';
import type { Terminal } from './terminal';

export interface DoctorOptions {
  readonly stateMachineArn?: string | undefined;
  /** A repository, or an organisation, whose GitHub webhook is checked, too. */
  readonly repository?: string | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Checks an installation, and says what to do about each thing that is wrong, in the order to do it. Changes nothing.
 *
 * @param version of this program
 * @returns the exit status: 0 only if all is well
 * @throws UsageError
 */
export async function runDoctor(options: DoctorOptions, version: string, terminal: Terminal): Promise<number> {
  setInterruptMessage('Interrupted. Nothing was changed.', terminal);
  const target = options.repository === undefined ? undefined : readTarget(options.repository);
  const findings: Finding[] = [];
  const report = (found: readonly Finding[]) => {
    findings.push(...found);
    if (!options.json) for (const finding of found) printFinding(finding, terminal);
  };
  const beginning = await begin(options.stateMachineArn, terminal);
  report(beginning.findings);
  for await (const found of examineAll(beginning, { options, version, target, terminal })) report(found);
  const isWell = findings.every(({ state }) => state === 'good');
  if (options.json) terminal.json({ ok: isWell, version, stateMachineArn: beginning.stateMachine?.arn, findings });
  else printSummary(findings, terminal);
  return isWell ? 0 : EXIT_STATUSES[beginning.problem ?? 'found'];
}

const EXIT_STATUSES = { found: 1, credentials: 2, unreachable: 3 } as const;

interface Examination {
  readonly options: DoctorOptions;
  readonly version: string;
  readonly target: Target | undefined;
  readonly terminal: Terminal;
}

/** Without a state machine there is nothing else to check. */
async function* examineAll({ stateMachine }: Beginning, examination: Examination): AsyncGenerator<readonly Finding[]> {
  if (stateMachine === undefined) return;
  const { options, terminal } = examination;
  const installation = openInstallation(stateMachine, options.stateMachineArn, terminal);
  const machine = await checkStateMachine(installation);
  yield machine;
  if (machine.some(({ state }) => state === 'bad')) return;
  const stack = await checkStack(installation);
  const withStack = (await isKnown(installation)) ? checkResources(installation, examination) : [];
  const checks = [
    checkVersion(installation, examination.version),
    Promise.resolve(stack),
    checkKey(installation),
    checkSubscribers(installation),
    ...withStack,
    checkHistory(installation),
    checkWatches(installation),
    checkQuotas(installation),
  ];
  // All at the same time, and told in the order in which to act.
  for (const check of checks) yield await check;
}

async function isKnown({ stack }: Installation): Promise<boolean> {
  const found = await stack.catch(() => undefined);
  return found !== undefined && found.resources.length > 0;
}

/** What only CloudFormation knows the names of. */
function checkResources(installation: Installation, { target, terminal }: Examination): Promise<Finding[]>[] {
  return [
    checkAlarmSubscribers(installation),
    checkRules(installation),
    checkReceiver(installation),
    checkGitHub(target, installation, terminal),
    checkGitHubEvents(installation),
    checkDeadLetters(installation),
    checkAlarms(installation),
  ];
}
