import type { Finding } from '../../lib/cli/doctor-findings';
import { type Answer, type FlightcontrolServer, startFlightcontrolServer } from '../../lib/local/flightcontrol-server';
import { type CommandOptions, type CommandResult, flightwatch } from '../support/command';
import { DeployedStack } from '../support/deployed-stack';
import { InstallationServer } from '../support/installation-server';

export const KEY = 'fc_CANARY_in_the_secret';

export const FULL = {
  notifyEmails: ['ada@example.com'],
  alarmEmails: ['ops@example.com'],
  githubWebhook: true,
  githubEvents: true,
};

/** What `--json` prints. */
interface Report {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/** The real command against an installation that is well: the stack as it is synthesised, and an API that knows the key. */
export class DoctorWorld {
  /** What the API answers to its key. */
  answer: Answer = { status: 404, json: { error: 'Deployment not found' } };

  private constructor(
    readonly aws: InstallationServer,
    readonly stack: DeployedStack,
    private readonly api: FlightcontrolServer,
  ) {}

  static async start(settings: object = FULL): Promise<DoctorWorld> {
    const api = await startFlightcontrolServer(({ authorization }) =>
      authorization === KEY ? world.answer : { status: 401, json: { error: 'Invalid API key' } },
    );
    const stack = new DeployedStack({ ...settings, apiBaseUrl: api.url });
    const world = new DoctorWorld(await InstallationServer.start(stack), stack, api);
    world.reset();
    return world;
  }

  /** All is well again. */
  reset(): void {
    this.answer = { status: 404, json: { error: 'Deployment not found' } };
    this.aws.reset();
    this.aws.state.secret = KEY;
    this.aws.state.subscriptions[this.topic] = [{ protocol: 'email', endpoint: 'ada@example.com' }];
    this.aws.state.subscriptions[this.alarmTopic] = [{ protocol: 'email', endpoint: 'ops@example.com' }];
  }

  get topic(): string {
    return this.aws.topicIdOf('Notifications');
  }

  get alarmTopic(): string {
    return this.aws.topicIdOf('Alarms');
  }

  /** The only logical id that matches. */
  idOf(type: string, pattern: RegExp): string {
    const found = this.stack.idsOf(type).filter((id) => pattern.test(id));
    if (found.length !== 1) throw new Error(`expected one ${type} like ${pattern}, got ${found.join(', ')}`);
    return found[0] ?? '';
  }

  run(args: readonly string[] = [], options: CommandOptions = {}): Promise<CommandResult> {
    const env = {
      AWS_ENDPOINT_URL: this.aws.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'CANARY_of_aws',
      AWS_REGION: 'us-east-1',
    };
    return flightwatch(['doctor', ...args], { ...options, env: { ...env, ...options.env } });
  }

  /** What the command finds, and what of it is wrong. */
  async diagnose(args: readonly string[] = [], env: Record<string, string> = {}) {
    const { exitStatus, stdout, stderr } = await this.run(['--json', ...args], { env });
    expect(stderr).toBe('');
    const report = JSON.parse(stdout) as Report;
    return { exitStatus, ...report, wrong: report.findings.filter(({ state }) => state !== 'good') };
  }

  /** The only thing that is wrong. */
  async diagnoseOne(): Promise<Finding | undefined> {
    const { exitStatus, ok, wrong } = await this.diagnose();
    expect(wrong).toHaveLength(1);
    expect([exitStatus, ok]).toEqual([1, false]);
    return wrong[0];
  }

  async close(): Promise<void> {
    await Promise.all([this.aws.close(), this.api.close()]);
  }
}
