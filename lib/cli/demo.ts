import type { Trend } from '../contract/history';
import { DEFAULT_API_SETTINGS } from '../contract/poll-environment';
import { readShippedTemplate } from '../local/definition';
import { FastTime } from '../local/fast-time';
import { type FlightcontrolServer, startFlightcontrolServer } from '../local/flightcontrol-server';
import { LocalHistory } from '../local/local-history';
import { type LocalWatch, runWatch } from '../local/run-watch';
import { SCENARIOS, type Scenario, SEQUENCES, type Sequence } from '../local/scenarios';
import type { Published } from '../local/topic';
import { describeValue } from '../text';
import { showEmail } from './email-frame';
import { UsageError } from './errors';
import { followEngine } from './follow-engine';
import type { OwnCommand } from './own-command';
import { listStates } from './state-list';
import type { Terminal } from './terminal';
import { LinesView } from './views';
import { wrapIndented, wrapText } from './wrap-text';

/** Seconds of the demo's time per real second: a deployment of 215 s takes 4 s. */
const SPEED = 60;

const DEFAULT_SCENARIOS = ['success', 'build-error'];
const ALL = { ...SCENARIOS, ...SEQUENCES };

/** The trends whose e-mails are shown. */
const TOLD_IN_FULL: readonly string[] = ['still failing', 'recovered'] satisfies readonly Trend[];

/** What a line of a log begins with. */
const TIME = '00:00';
const GAP = '  ';

/** Between the starts of two deployments. None is in the future, and each one starts after the one before has ended. */
const MINUTES_BETWEEN = 30;

/** How time passes in the demo. */
export interface DemoPace {
  /** Seconds of the demo's time per real second; `Infinity` jumps from wait to wait. */
  readonly speed: number;
  /** Of the last deployment. */
  readonly startAt: Date;
  /** Spreads the looks, 0 to 1. @default Math.random */
  readonly random?: () => number;
}

/** Runs whole watches, each of a deployment that an embedded Flightcontrol API simulates. */
export async function runDemo(
  scenario: string | undefined,
  terminal: Terminal,
  pace: DemoPace = { speed: SPEED, startAt: new Date() },
): Promise<void> {
  const names = scenario === undefined ? DEFAULT_SCENARIOS : [scenario];
  for (const name of names) if (!Object.hasOwn(ALL, name)) throw unknownScenario(name);
  say(
    `This runs the deployed state machine and code on this machine, ${SPEED} times as fast as real time. The times on the left count from the start of each watch.`,
    terminal,
  );
  for (const [index, paceOfOne] of pacesOf(names.length, pace).entries()) {
    const name = names[index] ?? '';
    const sequence = SEQUENCES[name];
    if (sequence !== undefined) await playSequence(name, sequence, paceOfOne, terminal);
    else await play(name, SCENARIOS[name] as Scenario, paceOfOne, terminal);
  }
  for (const line of describeNextSteps(terminal.command)) say(line, terminal);
}

export function listScenarios(terminal: Terminal): void {
  const width = Math.max(...Object.keys(ALL).map((name) => name.length)) + 2;
  for (const [name, { summary }] of Object.entries(ALL)) {
    const head = { text: name.padEnd(width), width };
    for (const line of wrapText(head, summary, terminal.screen?.columns)) terminal.out(line);
  }
}

/** Of so many deployments, each with its own start. */
function pacesOf(count: number, { startAt, ...pace }: DemoPace): DemoPace[] {
  const startOf = (index: number) => new Date(startAt.getTime() - (count - 1 - index) * MINUTES_BETWEEN * 60_000);
  return Array.from({ length: count }, (_, index) => ({ ...pace, startAt: startOf(index) }));
}

async function play(name: string, scenario: Scenario, pace: DemoPace, terminal: Terminal): Promise<void> {
  announce(`${name}: ${scenario.summary}`, terminal);
  const run = { ...pace, name: `demo-${name}`, warn: terminal.out, ...listStates(terminal) };
  const notification = await watchScenario(scenario, run);
  terminal.out('');
  show(notification, terminal);
}

/** The states are those of any other watch, so only what changes is printed, and the e-mails that say most. */
async function playSequence(
  name: string,
  { summary, scenarios }: Sequence,
  pace: DemoPace,
  terminal: Terminal,
): Promise<void> {
  announce(`${name}: ${summary}`, terminal);
  const history = new LocalHistory();
  const paces = pacesOf(scenarios.length, pace);
  for (const [index, scenario] of scenarios.entries()) {
    announce(`${index + 1} of ${scenarios.length}: ${scenario.summary}`, terminal);
    const view = new LinesView({ ...terminal, out: (line) => printEvent(line, terminal) });
    const run = {
      ...(paces[index] ?? pace),
      name: `demo-${name}-${index + 1}`,
      warn: terminal.out,
      onEvent: followEngine(view),
      history,
    };
    const notification = await watchScenario(scenario, run).finally(() => view.close());
    if (TOLD_IN_FULL.includes(notification.attributes.trend ?? '')) show(notification, terminal);
    else terminal.out(notification.subject);
  }
}

function announce(headline: string, terminal: Terminal): void {
  terminal.out('');
  say(terminal.colors.bold(headline), terminal);
}

function say(text: string, { out, screen }: Terminal): void {
  for (const line of wrapIndented(text, screen?.columns)) out(line);
}

/** A line of `LinesView`, which is made for logs, on a screen: `00:22  BUILDING`. */
function printEvent(line: string, { out, screen }: Terminal): void {
  const end = line.indexOf(GAP) + GAP.length;
  const head = { text: line.slice(0, end), width: TIME.length + GAP.length };
  for (const part of wrapText(head, line.slice(end), screen?.columns)) out(part);
}

function show({ subject, messages }: Published, terminal: Terminal): void {
  showEmail(subject, messages.email ?? '', terminal);
}

/** One watch of the demo. */
interface DemoRun extends DemoPace, Pick<LocalWatch, 'warn' | 'onEvent' | 'onLinger' | 'history'> {
  /** Of the deployment. */
  readonly name: string;
}

/** @returns the notification of the watch */
async function watchScenario(scenario: Scenario, { name, speed, startAt, ...watch }: DemoRun): Promise<Published> {
  // This scenario lasts a quarter of an hour.
  const ownSpeed = scenario === SCENARIOS['api-down-for-good'] ? speed * 3 : speed;
  const { published } = await FastTime.run(ownSpeed, startAt, async (time) => {
    const server = await startFlightcontrolServer((request) =>
      scenario.answer(request, (Date.now() - startAt.getTime()) / 1000),
    );
    try {
      return await runWatch({ ...watch, ...describeWatch(name, scenario, server), time });
    } finally {
      await server.close();
    }
  });
  const [notification, ...others] = published;
  if (notification === undefined || others.length > 0)
    throw new Error(`The watch of ${name} sent ${published.length} notifications, expected 1.`);
  return notification;
}

function describeWatch(name: string, { timeoutMinutes, apiKey = 'demo-key' }: Scenario, server: FlightcontrolServer) {
  return {
    template: readShippedTemplate(),
    input: { deploymentId: name, ...(timeoutMinutes && { timeoutMinutes }) },
    executionName: name,
    api: { ...DEFAULT_API_SETTINGS, apiBaseUrl: server.url },
    readKey: async () => apiKey,
    keyLocation: "the demo's secret",
  };
}

function unknownScenario(name: string): UsageError {
  return new UsageError(
    `--scenario: got ${describeValue(name)}, expected one of ${Object.keys(ALL).join(', ')}; --list describes them.`,
  );
}

/** A key that is typed as a part of a command would be kept in the history of the shell. */
function describeNextSteps({ start, isCheckout }: OwnCommand): string[] {
  const deploy = isCheckout
    ? ['To deploy it to your AWS account (the README has the other steps):', '    npx cdk deploy']
    : [];
  return [
    '',
    'To watch a real deployment from here:',
    '    read -rs FLIGHTCONTROL_API_KEY',
    '    export FLIGHTCONTROL_API_KEY',
    `    ${start} local <deploymentId>`,
    'To list the other scenarios:',
    `    ${start} demo --list`,
    ...deploy,
  ];
}
