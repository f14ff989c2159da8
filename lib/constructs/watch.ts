import { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ApiSettings } from '../contract/poll-environment';
import { LONGEST_WATCH_MINUTES } from '../contract/time-limit';
import { writeVersion } from '../contract/version';
import type { WatchSettings } from '../contract/watch-settings';
import type { History } from './history';
import { LoggedStateMachine } from './logged-state-machine';
import type { Network } from './network';
import { readOwnVersion } from './own-version';
import { PollFunction } from './poll-function';
import type { Retention } from './retention';
import { defineWatch } from './watch-definition';

export interface WatchProps {
  readonly apiKeySecret: ISecret;
  readonly topic: ITopic;
  /** Where other programs hear how each watch ended. */
  readonly eventBus: IEventBus;
  /** @default - nothing is remembered */
  readonly history?: History | undefined;
  readonly api: ApiSettings;
  readonly settings: WatchSettings;
  /** @default - a name that CloudFormation makes */
  readonly stateMachineName?: string | undefined;
  readonly retention: Retention;
  /** Of the poll function. */
  readonly network?: Network | undefined;
}

const COMMENT = 'Watches a Flightcontrol deployment and publishes one notification of how it ended';

/** Any input may ask for the longest time limit; the backstop leaves an hour for a last look and its retries. */
const BACKSTOP = Duration.minutes(LONGEST_WATCH_MINUTES);

/** Watches one deployment in each execution and publishes how it ended. */
export class Watch extends Construct {
  readonly stateMachine: LoggedStateMachine;
  readonly pollFunction: PollFunction;

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { topic, eventBus, settings, stateMachineName, retention } = props;
    const linger = Duration.seconds(settings.pacing.lingerSeconds);
    this.pollFunction = new PollFunction(this, 'PollDeployment', { ...props, linger });
    this.stateMachine = new LoggedStateMachine(this, 'StateMachine', {
      ...(stateMachineName && { stateMachineName }),
      comment: writeVersion(COMMENT, readOwnVersion()),
      definitionBody: defineWatch(this, { pollFunction: this.pollFunction, topic, eventBus, settings }),
      timeout: BACKSTOP,
      retention,
    });
    // All versions: running watches invoke the one they started with, also after the next deployment.
    this.pollFunction.grantInvoke(this.stateMachine);
    // Grants the topic's key too, if it has a customer managed one.
    topic.grantPublish(this.stateMachine);
  }
}
