import * as http from 'node:http';
import * as https from 'node:https';

/** What is needed of an answer; the `Response` of `fetch` has it, too. */
interface Answer {
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Sends a GET; `fetch` fits, but see `requestOnce`. */
export type SendGet = (
  url: URL,
  options: { readonly headers: Record<string, string>; readonly redirect: 'manual'; readonly signal: AbortSignal },
) => Promise<Answer>;

/** There was no connection, so nothing was sent. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

/**
 * A GET that is sent once, whatever the answer is: `fetch` repeats a request by itself after a 421. Redirects are not
 * followed.
 *
 * @throws NotSentError if there was no connection, else the error of the connection
 */
export const requestOnce: SendGet = (url, { headers, signal }) =>
  new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    // A connection of its own, which says when it is made.
    const options = { headers: { ...headers, 'accept-encoding': 'identity' }, signal, agent: false } as const;
    const request = (isSecure ? https : http).get(url, options);
    let isConnected = false;
    request.once('socket', (socket) =>
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        isConnected = true;
      }),
    );
    request.once('response', (response) => resolve({ status: response.statusCode ?? 0, body: response }));
    request.on('error', (error) => reject(isConnected ? error : new NotSentError(error.message, { cause: error })));
  });
