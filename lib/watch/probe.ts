import { ApiKeyError } from '../flightcontrol/api-key';
import type { KeyCheck } from '../flightcontrol/key-check';
import type { ReadKey } from './ask';

/** In place of a watch's look: has the poll function say whether it could look at all. */
export const PROBE_EVENT = { probe: true } as const;
export type ProbeEvent = typeof PROBE_EVENT;

export function isProbeEvent(event: object): event is ProbeEvent {
  return 'probe' in event && event.probe === true;
}

/** What the poll function found out about its key; `said` never holds it. */
export interface Probe extends Omit<KeyCheck, 'result'> {
  /** `unusable`: the secret or its value has to be corrected. `unreadable`: the secret cannot be read at the moment. */
  readonly result: KeyCheck['result'] | 'unusable' | 'unreadable';
}

export interface ProbeDependencies {
  readonly readKey: ReadKey;
  /** Asks the API whether it takes the key. */
  readonly checkKey: (apiKey: string) => Promise<KeyCheck>;
}

/** Reads the key and tries it, as a look does: so the role, the secret, its encryption and the network are tried, too. */
export async function probe({ readKey, checkKey }: ProbeDependencies): Promise<Probe> {
  try {
    // Not the one in memory: somebody may just have stored another.
    return await checkKey(await readKey({ fresh: true }));
  } catch (error) {
    if (!(error instanceof ApiKeyError)) throw error;
    const result = error.problem === 'unusable' ? 'unusable' : 'unreadable';
    return { result, said: error.message, isFromElsewhere: false };
  }
}
