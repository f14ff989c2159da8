import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { oneLine } from '../text';
import { PROBE_EVENT, type Probe } from '../watch/probe';

/** The function was invoked and failed; the message is what Lambda says. */
export class ProbeFailedError extends Error {
  override readonly name = 'ProbeFailedError';
}

/**
 * Has the deployed poll function try its key. The key stays in AWS.
 *
 * @throws ProbeFailedError, and what the AWS SDK throws
 */
export async function invokeProbe(lambda: LambdaClient, pollFunction: string): Promise<Probe> {
  const command = new InvokeCommand({ FunctionName: pollFunction, Payload: JSON.stringify(PROBE_EVENT) });
  const { FunctionError, Payload } = await lambda.send(command);
  const answer = readPayload(Payload?.transformToString() ?? '');
  if (FunctionError !== undefined) throw new ProbeFailedError(messageIn(answer) ?? FunctionError);
  if (isProbe(answer)) return answer;
  throw new ProbeFailedError('its answer is not one of this version');
}

function readPayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageIn(answer: unknown): string | undefined {
  const { errorMessage } = (answer ?? {}) as { readonly errorMessage?: unknown };
  return typeof errorMessage === 'string' ? oneLine(errorMessage) : undefined;
}

function isProbe(answer: unknown): answer is Probe {
  const { result, said } = (answer ?? {}) as Partial<Probe>;
  return typeof result === 'string' && typeof said === 'string';
}
