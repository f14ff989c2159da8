import type { ServerResponse } from 'node:http';
import {
  type Answer,
  deploymentJson,
  type FlightcontrolServer,
  type Request,
  startFlightcontrolServer,
} from '../lib/local/flightcontrol-server';
import type { PlannedWatch } from './plan';

/** One request in ten fails. */
export const FAILING_SHARE = 0.1;

/** How long a deployment takes, in seconds from the first request on. */
const PHASES = [
  { until: 2, status: 'INPROGRESS' },
  { until: 4, status: 'BUILDING' },
  { until: 6, status: 'DEPLOYING' },
] as const;

function reset(response: ServerResponse): void {
  response.socket?.destroy();
}

function html(status: number): Answer {
  return (response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Maintenance</html>');
}

const FAULTS: readonly Answer[] = [
  { status: 500, json: { error: 'x', message: 'There was an unexpected error.' } },
  html(503),
  reset,
  html(200),
];

const NOT_FOUND: Answer = { status: 404, json: { error: 'Deployment not found' } };

/** The API of all planned deployments. */
export class FailingApi {
  readonly requests = { all: 0, failed: 0 };
  private readonly firstAnswers = new Map<string, number>();
  private readonly watches: ReadonlyMap<string, PlannedWatch>;
  private server: FlightcontrolServer | undefined;

  constructor(
    watches: readonly PlannedWatch[],
    private readonly key: string,
    private readonly random: () => number,
  ) {
    this.watches = new Map(watches.map((watch) => [watch.deploymentId, watch]));
  }

  /** @returns its base address */
  async start(): Promise<string> {
    this.server = await startFlightcontrolServer((request) => this.answer(request));
    return this.server.url;
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  private answer({ deploymentId, authorization }: Request): Answer {
    const watch = this.watches.get(deploymentId);
    if (authorization !== this.key) return { status: 401, json: { error: 'Invalid API key' } };
    if (watch === undefined) return NOT_FOUND;
    this.requests.all += 1;
    if (this.random() < FAILING_SHARE) {
      this.requests.failed += 1;
      return this.pickFault(this.firstAnswers.has(deploymentId));
    }
    const first = this.firstAnswers.get(deploymentId) ?? Date.now();
    this.firstAnswers.set(deploymentId, first);
    const seconds = (Date.now() - first) / 1000;
    const status = PHASES.find(({ until }) => seconds < until)?.status ?? watch.finalStatus ?? 'DEPLOYING';
    return { json: deploymentJson(deploymentId, status, [{ name: 'web-api', status }]) };
  }

  /** A 404 comes after an answer only: before one, it may mean that there is no such deployment. */
  private pickFault(hasAnswered: boolean): Answer {
    const faults = hasAnswered ? [...FAULTS, NOT_FOUND] : FAULTS;
    return faults[Math.floor(this.random() * faults.length)] ?? NOT_FOUND;
  }
}
