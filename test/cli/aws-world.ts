import {
  deploymentJson,
  type FlightcontrolServer,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { type CommandOptions, type CommandResult, flightwatch } from '../support/command';

export const KEY = 'fc_CANARY_in_the_secret';

/** The real command, with an AWS endpoint that runs real executions and a Flightcontrol API that they ask. */
export class AwsWorld {
  /** The deployment's status at each look. The last one stays. */
  statuses = ['SUCCESS'];

  private constructor(
    readonly aws: AwsServer,
    private readonly api: FlightcontrolServer,
  ) {}

  static async start(): Promise<AwsWorld> {
    const api = await startFlightcontrolServer(({ deploymentId, authorization }) =>
      authorization === KEY
        ? { json: describeDeployment(deploymentId, world.nextStatus()) }
        : { status: 401, json: { error: 'Invalid API key' } },
    );
    const world = new AwsWorld(await AwsServer.start(api.url), api);
    world.aws.secret = KEY;
    return world;
  }

  run(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return flightwatch(args, { ...options, env: { ...awsEnvironment(this.aws), ...options.env } });
  }

  /** Makes the watch of clx1 a running execution with this history. */
  serveExecution(events: readonly object[]): void {
    const timestamp = Date.now() / 1000;
    const history = events.map((event, index) => ({ id: index + 1, timestamp, ...event }));
    this.aws.executions.set('clx1-1', { status: 'RUNNING', input: '{"deploymentId":"clx1"}', events: history });
  }

  async waitForExecution(name: string, status: string): Promise<void> {
    while (this.aws.executions.get(name)?.status !== status) await new Promise(setImmediate);
  }

  /** Lets the deployment succeed, so that executions that still run end. */
  async close(): Promise<void> {
    this.statuses = ['SUCCESS'];
    await this.aws.close();
    await this.api.close();
  }

  private nextStatus(): string {
    return (this.statuses.length > 1 ? this.statuses.shift() : this.statuses[0]) ?? '';
  }
}

function describeDeployment(deploymentId: string, status: string): object {
  const error = status.endsWith('ERROR') ? [{ BUILD_ERROR: 'npm ERR! 50%' }] : null;
  return deploymentJson(deploymentId, status, [{ name: 'web|api', status, error }]);
}
