import type { Fetch } from '../../lib/flightcontrol/client';
import { deploymentJson } from '../../lib/local/flightcontrol-server';
import { API_FAULTS, type ApiFault, deploymentAt, type Fault, faultAt, type Story } from './hostile-story';
import { CANARY_KEY } from './world';

export interface ApiWorld {
  readonly story: Story;
  /** Seconds since the start of the watch. */
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What the API did with a request. */
export interface Exchange {
  /** When the request began, in seconds since the start of the watch. */
  readonly from: number;
  /** Undefined for a usable answer. */
  readonly fault: ApiFault | undefined;
  /** What the API said, if the answer was usable. */
  readonly status: string;
}

/** A `fetch` that answers by the story, with real responses. @param onExchange told before the answer is there */
export function createHostileFetch(
  { story, now, random, sleep }: ApiWorld,
  onExchange: (exchange: Exchange) => void,
): Fetch {
  return async (_, init = {}) => {
    const from = now();
    const fault = faultAt(story, API_FAULTS, from, random);
    const { status, services } = deploymentAt(story, from + story.latencySeconds / 2);
    onExchange({ from, fault, status });
    await sleep(story.latencySeconds * 1000);
    if (fault !== undefined) return FAULTS[fault](init.signal ?? undefined);
    const named = services.map((service, index) => ({ name: `service-${index}`, status: service }));
    return json(200, deploymentJson('clx1', status, named));
  };
}

const FAULTS: Readonly<Record<ApiFault, (signal?: AbortSignal) => Response | Promise<Response>>> = {
  '500': () => json(500, { error: CANARY_KEY, message: 'There was an unexpected error.' }),
  '502 in HTML': () => new Response(`<html>${CANARY_KEY}</html>`, { status: 502 }),
  reset: () => Promise.reject(new TypeError('fetch failed', { cause: new Error(`read ECONNRESET ${CANARY_KEY}`) })),
  'cut body': () => new Response(cutBody()),
  'HTML with 200': () => new Response(`<html>Sign in, ${CANARY_KEY}</html>`),
  'time-out': (signal) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  trickle: (signal) => new Response(trickle(signal)),
  '404': () => json(404, { error: 'Deployment not found' }),
  '401': () => json(401, { error: `Invalid API key ${CANARY_KEY}` }),
  '403': () => json(403, { error: `Forbidden ${CANARY_KEY}` }),
  '429': () => json(429, {}),
  '429 for 1 s': () => json(429, {}, { 'retry-after': '1' }),
  '429 for 50 s': () => json(429, {}, { 'retry-after': '50' }),
  '429 for an hour': () => json(429, {}, { 'retry-after': '3600' }),
  'other deployment': () => json(200, deploymentJson('clx2', 'SUCCESS')),
  'no status': () => json(200, { deploymentId: 'clx1' }),
};

/** What the API asks to wait, in seconds. */
export function retryAfterOf(fault: Fault | undefined): number {
  if (fault === '429 for an hour') return 3600;
  if (fault === '429 for 50 s') return 50;
  return fault === '429 for 1 s' ? 1 : 0;
}

function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

function cutBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"deploymentId":"clx1","sta'));
    },
    pull(controller) {
      controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
    },
  });
}

function trickle(signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(' '));
      signal?.addEventListener('abort', () => controller.error(signal.reason));
    },
  });
}
