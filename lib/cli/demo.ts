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
import { UsageError } from './errors';
import { followEngine } from './follow-engine';
import { showEmail } from './output';
import { listStates } from './state-list';
import type { Terminal } from './terminal';
import { LinesView } from './views';

/** Seconds of the demo's time per real second: a deployment of 215 s takes 4 s. */
const SPEED = 60;

const DEFAULT_SCENARIOS = ['success', 'build-error'];
const ALL = { ...SCENARIOS, ...SEQUENCES };

/** The trends whose e-mails are shown. */
const TOLD_IN_FULL: readonly string[] = ['still failing', 'recovered'] satisfies readonly Trend[];

/** Between the deployments of a sequence. */
const MINUTES_BETWEEN = 30;

/** Runs whole watches, each of a deployment that an embedded Flightcontrol API simulates. */
export async function runDemo(scenario: string | undefined, terminal: Terminal): Promise<void> {
  const names = scenario === undefined ? DEFAULT_SCENARIOS : [scenario];
  for (const name of names) if (!Object.hasOwn(ALL, name)) throw unknownScenario(name);
  terminal.out(`This runs the deployed state machine and code on this machine, ${SPEED} times as fast as real time.`);
  for (const name of names) {
    const sequence = SEQUENCES[name];
    if (sequence === undefined) await play(name, SCENARIOS[name] as Scenario, terminal);
    else await playSequence(name, sequence, terminal);
  }
  terminal.out(NEXT_STEPS);
}

export function listScenarios(terminal: Terminal): void {
  for (const [name, { summary }] of Object.entries(ALL)) terminal.out(`${name.padEnd(20)} ${summary}`);
}

async function play(name: string, scenario: Scenario, terminal: Terminal): Promise<void> {
  announce(`${name}: ${scenario.summary}`, terminal);
  const run = { name: `demo-${name}`, startAt: new Date(), warn: terminal.out, onEvent: listStates(terminal) };
  const notification = await watchScenario(scenario, run);
  terminal.out('');
  show(notification, terminal);
}

/** The states are those of any other watch, so only what changes is printed, and the e-mails that say most. */
async function playSequence(name: string, { summary, scenarios }: Sequence, terminal: Terminal): Promise<void> {
  announce(`${name}: ${summary}`, terminal);
  const history = new LocalHistory();
  const firstStart = Date.now() - (scenarios.length - 1) * MINUTES_BETWEEN * 60_000;
  for (const [index, scenario] of scenarios.entries()) {
    terminal.out('');
    terminal.out(terminal.colors.bold(`${index + 1} of ${scenarios.length}: ${scenario.summary}`));
    const view = new LinesView(terminal);
    const startAt = new Date(firstStart + index * MINUTES_BETWEEN * 60_000);
    const run = {
      name: `demo-${name}-${index + 1}`,
      startAt,
      warn: terminal.out,
      onEvent: followEngine(view),
      history,
    };
    const notification = await watchScenario(scenario, run).finally(() => view.close());
    if (TOLD_IN_FULL.includes(notification.attributes.trend ?? '')) show(notification, terminal);
    else terminal.out(notification.subject);
  }
}

function announce(headline: string, { out, colors }: Terminal): void {
  out('');
  out(colors.bold(headline));
}

function show({ subject, messages }: Published, terminal: Terminal): void {
  showEmail(subject, messages.email ?? '', terminal);
}

/** One watch of the demo. */
interface DemoRun extends Pick<LocalWatch, 'warn' | 'onEvent' | 'history'> {
  /** Of the deployment. */
  readonly name: string;
  readonly startAt: Date;
}

/** @returns the notification of the watch */
async function watchScenario(scenario: Scenario, { name, startAt, ...watch }: DemoRun): Promise<Published> {
  // This scenario lasts a quarter of an hour.
  const speed = scenario === SCENARIOS['api-down-for-good'] ? SPEED * 3 : SPEED;
  const { published } = await FastTime.run(speed, startAt, async (time) => {
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

const NEXT_STEPS = `
Next:
  watch a real deployment from here   FLIGHTCONTROL_API_KEY=... npm run --silent flightwatch -- local <deploymentId>
  list the other scenarios            npm run --silent flightwatch -- demo --list
  deploy to your AWS account          npx cdk deploy   (see the README for the other steps)`;
