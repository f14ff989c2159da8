import { type ClientOptions, createClient, FlightcontrolError } from './client';

/** No deployment has it: Flightcontrol makes its own ids. */
const NO_DEPLOYMENT = 'flightwatch-key-check';

/** What one request says about a key; `said` is what was asked and what came back, without the key. */
export interface KeyCheck {
  /** `accepted`: as far as can be told, because the API answered as it does to a good key. */
  readonly result: 'accepted' | 'refused' | 'unknown';
  readonly said: string;
  /** True if the answer is none that this API gives, so that the key may not have reached it. */
  readonly isFromElsewhere: boolean;
}

/** Asks for a deployment that cannot exist, once: the API refuses a bad key before it looks for the deployment. */
export async function checkKey(options: ClientOptions, apiKey: string): Promise<KeyCheck> {
  try {
    const { status } = await createClient(options)(apiKey, NO_DEPLOYMENT);
    return { result: 'accepted', said: `it knows a deployment ${NO_DEPLOYMENT}, ${status}`, isFromElsewhere: false };
  } catch (error) {
    if (error instanceof FlightcontrolError) return interpret(error);
    throw error;
  }
}

function interpret(error: FlightcontrolError): KeyCheck {
  const { problem, message: said, isExplained } = error;
  if (problem === 'key refused') return { result: 'refused', said, isFromElsewhere: false };
  if (problem === 'not found' && isExplained) return { result: 'accepted', said, isFromElsewhere: false };
  return { result: 'unknown', said, isFromElsewhere: isFromElsewhere(error) };
}

/** Whether the answer is none that this API gives. */
export function isFromElsewhere({ problem, isExplained }: FlightcontrolError): boolean {
  return problem === 'not understood' || (problem === 'not found' && !isExplained);
}
