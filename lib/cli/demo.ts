import pc from 'picocolors';
import { readShippedTemplate } from '../local/definition';
import { FastTime } from '../local/fast-time';
import { type FlightcontrolServer, startFlightcontrolServer } from '../local/flightcontrol-server';
import { pollEnvironment, runWatch } from '../local/run-watch';
import { SCENARIOS, type Scenario } from '../local/scenarios';
import { UsageError } from './errors';
import { type Print, showEmail } from './output';
import { tellStory } from './story';

/** Of the demonstration's time per real second: a deployment of 215 s takes 4 s. */
const SPEED = 60;

const DEFAULT_SCENARIOS = ['success', 'build-error'];

/** Shows whole watches, each of a deployment that an embedded Flightcontrol API makes up. */
export async function runDemo(scenario: string | undefined, print: Print): Promise<void> {
  const names = scenario === undefined ? DEFAULT_SCENARIOS : [scenario];
  for (const name of names) if (!Object.hasOwn(SCENARIOS, name)) throw unknownScenario(name);
  print(`The deployed state machine and the deployed code, on this machine; time runs ${SPEED} times as fast.`);
  for (const name of names) await play(name, SCENARIOS[name] as Scenario, print);
  print(NEXT_STEPS);
}

export function listScenarios(print: Print): void {
  for (const [name, { summary }] of Object.entries(SCENARIOS)) print(`${name.padEnd(20)} ${summary}`);
}

async function play(name: string, scenario: Scenario, print: Print): Promise<void> {
  print('');
  print(pc.bold(`${name}: ${scenario.summary}`));
  // Long patience is short to watch: the last scenario waits for a quarter of an hour.
  const speed = name === 'api-down-for-good' ? SPEED * 3 : SPEED;
  const { published } = await FastTime.run(speed, new Date(), async (time) => {
    const startedAt = Date.now();
    const server = await startFlightcontrolServer((request) =>
      scenario.answer(request, (Date.now() - startedAt) / 1000),
    );
    try {
      return await watchScenario(name, scenario, server, time, print);
    } finally {
      await server.close();
    }
  });
  print('');
  if (published.length !== 1)
    throw new Error(`The watch of ${name} sent ${published.length} notifications, expected 1.`);
  for (const { subject, messages } of published) showEmail(subject, messages.email ?? '', print);
}

function watchScenario(name: string, scenario: Scenario, server: FlightcontrolServer, time: FastTime, print: Print) {
  const { timeoutMinutes, apiKey = 'demo-key' } = scenario;
  return runWatch({
    template: readShippedTemplate(),
    input: { deploymentId: `demo-${name}` },
    executionName: `demo-${name}`,
    environment: pollEnvironment({ apiBaseUrl: server.url, ...(timeoutMinutes && { timeoutMinutes }) }),
    readKey: async () => apiKey,
    keyHolder: "the demonstration's secret",
    warn: print,
    onEvent: tellStory(print),
    time,
  });
}

function unknownScenario(name: string): UsageError {
  return new UsageError(
    `--scenario: got "${name}", expected one of ${Object.keys(SCENARIOS).join(', ')}; --list says what they show.`,
  );
}

const NEXT_STEPS = `
Next:
  watch a real deployment from here   FLIGHTCONTROL_API_KEY=... npm run --silent flightwatch -- local <deploymentId>
  see what else can happen            npm run --silent flightwatch -- demo --list
  deploy it into your AWS account     npx cdk deploy   (the README goes on from there)`;
