import type { AwsError } from './step-functions';

export type Input = Readonly<Record<string, unknown>>;

/** An answer: an object is JSON, a text XML. */
export type Answer = object | string;

interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isPending?: boolean;
  readonly filterPolicy?: string;
}

/** A message as SQS has it. */
type DeadLetterMessage = Readonly<Record<string, unknown>> & { readonly Body: string };

/** What a test may break. */
export type InstallationState = ReturnType<typeof wellBeing>;

/** All is well. */
export function wellBeing() {
  return {
    /** What is in the secret. */
    secret: 'replace-me',
    /** By the topic's logical id. */
    subscriptions: {} as Record<string, Subscription[]>,
    deadLetters: [] as DeadLetterMessage[],
    disabledRules: [] as string[],
    /** What is other than well, by logical id. */
    alarms: {} as Record<string, object>,
    /** By the metric's name, each the value of an hour. */
    metrics: {} as Record<string, readonly number[]>,
    receiverUrl: 'https://receiver.lambda-url.us-east-1.on.aws/',
    receiverConcurrency: undefined as number | undefined,
    concurrencyLimit: 1000,
    /** Where the alarms go. @default - their own topic */
    alarmTopicArn: undefined as string | undefined,
    /** In the state machine's comment, in place of the template's; an empty text is none. */
    deployedVersion: undefined as string | undefined,
    stackStatus: 'CREATE_COMPLETE',
    outputs: {} as Record<string, string>,
    /** In place of an answer, by the call's name. */
    failures: {} as Record<string, AwsError | 'drop'>,
    overrides: {} as Record<string, (input: Input) => Answer>,
    calls: [] as string[],
    /** The Regions that the calls were signed for, in the same order. */
    regions: [] as string[],
  };
}
