import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { KillableCall, named } from './hostile-lambda';
import { AwsError, type StepFunctions } from './step-functions';

type Command = { readonly constructor: { readonly name: string }; readonly input: Readonly<Record<string, unknown>> };

const ERRORS: Readonly<Record<string, new (options: { message: string; $metadata: object }) => Error>> = {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  StateMachineDoesNotExist,
};

/** Step Functions in memory behind the SDK's own client, with no network: a call takes no time. */
export class InMemoryStepFunctions extends SFNClient {
  readonly calls: string[] = [];
  /** The function call that makes the requests; it can be killed at each of them. */
  caller = new KillableCall(Number.POSITIVE_INFINITY, '');

  constructor(readonly service: StepFunctions) {
    super({ region: 'us-east-1' });
  }

  override send = ((command: Command) => this.caller.step(async () => this.answer(command))) as SFNClient['send'];

  private answer(command: Command): object {
    const call = command.constructor.name.replace(/Command$/, '');
    this.calls.push(call);
    try {
      const answer = this.service.answer(call, command.input);
      if (answer === undefined) throw new Error(`unexpected call ${call}`);
      return withDates(JSON.parse(JSON.stringify(answer))) as object;
    } catch (error) {
      throw error instanceof AwsError ? asSdkError(error) : error;
    }
  }
}

/** The service says seconds since 1970; the SDK makes dates of them. */
function withDates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDates);
  if (typeof value !== 'object' || value === null) return value;
  const isTime = (name: string, item: unknown) => /(Date|timestamp)$/.test(name) && typeof item === 'number';
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isTime(name, item) ? new Date((item as number) * 1000) : withDates(item),
    ]),
  );
}

function asSdkError({ type, message }: AwsError): Error {
  const Known = ERRORS[type];
  return Known === undefined ? named(type, message) : new Known({ message, $metadata: {} });
}
