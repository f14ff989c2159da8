import { writeVerdict } from '../../lib/aws/write-verdict';
import { historyEnvironment } from '../../lib/contract/environment';
import { pollEnvironment } from '../../lib/contract/poll-environment';
import { STATES } from '../../lib/contract/states';
import type { StoredVerdict } from '../../lib/watch/stored-verdict';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer, SECRET_ARN } from '../support/aws-server';
import { type CommandOptions, type CommandResult, flightwatch } from '../support/command';
import { type LocalHistoryTable, startHistoryTable } from '../support/history-table';
import { endedExecution, STATE_MACHINE_ARN } from '../support/step-functions';

const MINUTE = 60_000;

/** The real command, with an AWS endpoint, an installation, and a history table on a real server. */
export class HistoryWorld {
  private constructor(
    readonly aws: AwsServer,
    readonly table: LocalHistoryTable,
  ) {}

  static async start(): Promise<HistoryWorld> {
    const world = new HistoryWorld(...(await Promise.all([AwsServer.start(), startHistoryTable()])));
    world.deploy(world.table.tableName);
    return world;
  }

  /** The poll function, which may have no history. */
  deploy(tableName: string | undefined): void {
    const settings = pollEnvironment.encode({ api: 'v1', apiKeySecretArn: SECRET_ARN });
    this.aws.environment = { ...settings, ...historyEnvironment.encode(tableName) };
  }

  get environment(): Record<string, string> {
    return {
      ...awsEnvironment(this.aws),
      AWS_ENDPOINT_URL_DYNAMODB: this.table.endpoint,
      FLIGHTWATCH_STATE_MACHINE_ARN: STATE_MACHINE_ARN,
    };
  }

  run(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return flightwatch(args, { ...options, env: { ...this.environment, ...options.env } });
  }

  /** Verdicts that came so many minutes ago. */
  async write(...verdicts: readonly PastVerdict[]): Promise<void> {
    for (const past of verdicts) await writeVerdict(this.table, verdict(past));
  }

  /** A running watch whose last look saw this deployment. */
  watch(name: string, look: object | null, minutesAgo = 1): void {
    const startDate = (Date.now() - minutesAgo * MINUTE) / 1000;
    const execution = endedExecution([[STATES.poll, look]], { status: 'RUNNING', startDate });
    delete execution.stopDate;
    this.aws.executions.set(name, execution);
  }

  async close(): Promise<void> {
    await Promise.all([this.aws.close(), this.table.close()]);
  }
}

interface PastVerdict {
  readonly minutesAgo: number;
  readonly outcome: StoredVerdict['outcome'];
  readonly environment?: StoredVerdict['environment'];
  readonly more?: Partial<StoredVerdict>;
}

/** A deployment that took five minutes. */
export function verdict({ minutesAgo, outcome, environment = PRODUCTION, more = {} }: PastVerdict): StoredVerdict {
  const at = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();
  const deploymentId = `deploy-${environment.key}-${minutesAgo}`;
  return {
    deploymentId,
    outcome,
    startedAt: at(minutesAgo + 5),
    endedAt: at(minutesAgo),
    watchEndedAt: at(minutesAgo),
    durationSeconds: 300,
    branch: 'main',
    commit: '01e573f2198f120f66b08621fde0256874d0c24d',
    executionArn: `arn:aws:states:us-east-1:123456789012:execution:flightwatch:${deploymentId}-1`,
    environment,
    ...more,
  };
}

export const PRODUCTION = { key: 'env-1', givenId: 'production' };

/** A look at a deployment in progress. */
export function building(environment: object, secondsAgo = 200): object {
  const createdAt = new Date(Date.now() - secondsAgo * 1000).toISOString();
  return {
    outcome: 'IN_PROGRESS',
    status: 'BUILDING',
    services: [],
    deployment: { environment, repository: {}, createdAt },
    outage: null,
    notification: null,
  };
}
