import { Duration } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { FLIGHTCONTROL_CALL, HISTORY_READ, SECRET_CALL, secondsOf } from '../contract/call-limits';
import { historyEnvironment } from '../contract/environment';
import { FUNCTIONS } from '../contract/functions';
import { type ApiSettings, pollEnvironment } from '../contract/poll-environment';
import { FlightwatchFunction } from './flightwatch-function';
import type { History } from './history';
import type { Network } from './network';
import type { Retention } from './retention';
import { grantReadSecret } from './secret-key';

export interface PollFunctionProps {
  readonly apiKeySecret: ISecret;
  readonly api: ApiSettings;
  /** How long one call may linger. */
  readonly linger: Duration;
  /** @default - nothing is remembered */
  readonly history?: History | undefined;
  readonly retention: Retention;
  readonly network?: Network | undefined;
}

/** Beyond the linger: a refused key is read and tried a second time, the history is read, and the function has to start. */
const LAST_LOOK = Duration.seconds(
  2 * secondsOf(SECRET_CALL) + 2 * secondsOf(FLIGHTCONTROL_CALL) + secondsOf(HISTORY_READ) + 10,
);

/** Step Functions waits longer than the function may run, so that Lambda's own error is what it sees. */
const TASK_MARGIN = Duration.seconds(30);

/** Asks Flightcontrol how a deployment is doing. */
export class PollFunction extends FlightwatchFunction {
  /** How long the state that calls this function may take. */
  readonly taskTimeout: Duration;

  constructor(scope: Construct, id: string, props: PollFunctionProps) {
    const { apiKeySecret, api, linger, history, retention, network } = props;
    const timeout = linger.plus(LAST_LOOK);
    super(scope, id, {
      description: 'Asks Flightcontrol how a deployment is doing',
      bundle: FUNCTIONS.poll,
      timeout,
      retention,
      network,
      environment: {
        ...pollEnvironment.encode({ ...api, apiKeySecretArn: apiKeySecret.secretArn }),
        ...historyEnvironment.encode(history?.table.tableName),
      },
    });
    this.taskTimeout = timeout.plus(TASK_MARGIN);
    grantReadSecret(apiKeySecret, this);
    history?.grantRead(this);
  }
}
