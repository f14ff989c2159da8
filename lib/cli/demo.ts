import { DEFAULT_API_SETTINGS } from '../contract/poll-environment';
import { readShippedTemplate } from '../local/definition';
import { FastTime } from '../local/fast-time';
import { type FlightcontrolServer, startFlightcontrolServer } from '../local/flightcontrol-server';
import { runWatch } from '../local/run-watch';
import { SCENARIOS, type Scenario } from '../local/scenarios';
import { describeValue } from '../text';
import { UsageError } from './errors';
import { showEmail } from './output';
import { listStates } from './state-list';
import type { Terminal } from './terminal';

/** Seconds of the demo's time per real second: a deployment of 215 s takes 4 s. */
const SPEED = 60;

const DEFAULT_SCENARIOS = ['success', 'build-error'];

/** Runs whole watches, each of a deployment that an embedded Flightcontrol API simulates. */
export async function runDemo(scenario: string | undefined, terminal: Terminal): Promise<void> {
  const names = scenario === undefined ? DEFAULT_SCENARIOS : [scenario];
  for (const name of names) if (!Object.hasOwn(SCENARIOS, name)) throw unknownScenario(name);
  terminal.out(`This runs the deployed state machine and code on this machine, ${SPEED} times as fast as real time.`);
  for (const name of names) await play(name, SCENARIOS[name] as Scenario, terminal);
  terminal.out(NEXT_STEPS);
}

export function listScenarios(terminal: Terminal): void {
  for (const [name, { summary }] of Object.entries(SCENARIOS)) terminal.out(`${name.padEnd(20)} ${summary}`);
}

async function play(name: string, scenario: Scenario, terminal: Terminal): Promise<void> {
  terminal.out('');
  terminal.out(terminal.colors.bold(`${name}: ${scenario.summary}`));
  // This scenario lasts a quarter of an hour.
  const speed = name === 'api-down-for-good' ? SPEED * 3 : SPEED;
  const { published } = await FastTime.run(speed, new Date(), async (time) => {
    const startedAt = Date.now();
    const server = await startFlightcontrolServer((request) =>
      scenario.answer(request, (Date.now() - startedAt) / 1000),
    );
    try {
      return await watchScenario(name, scenario, server, time, terminal);
    } finally {
      await server.close();
    }
  });
  terminal.out('');
  if (published.length !== 1)
    throw new Error(`The watch of ${name} sent ${published.length} notifications, expected 1.`);
  for (const { subject, messages } of published) showEmail(subject, messages.email ?? '', terminal);
}

function watchScenario(
  name: string,
  scenario: Scenario,
  server: FlightcontrolServer,
  time: FastTime,
  terminal: Terminal,
) {
  const { timeoutMinutes, apiKey = 'demo-key' } = scenario;
  return runWatch({
    template: readShippedTemplate(),
    input: { deploymentId: `demo-${name}`, ...(timeoutMinutes && { timeoutMinutes }) },
    executionName: `demo-${name}`,
    api: { ...DEFAULT_API_SETTINGS, apiBaseUrl: server.url },
    readKey: async () => apiKey,
    keyLocation: "the demo's secret",
    warn: (message) => terminal.out(message),
    onEvent: listStates(terminal),
    time,
  });
}

function unknownScenario(name: string): UsageError {
  return new UsageError(
    `--scenario: got ${describeValue(name)}, expected one of ${Object.keys(SCENARIOS).join(', ')}; --list describes them.`,
  );
}

const NEXT_STEPS = `
Next:
  watch a real deployment from here   FLIGHTCONTROL_API_KEY=... npm run --silent flightwatch -- local <deploymentId>
  list the other scenarios            npm run --silent flightwatch -- demo --list
  deploy to your AWS account          npx cdk deploy   (see the README for the other steps)`;
