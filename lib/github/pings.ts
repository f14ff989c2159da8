import { randomUUID } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import { askUntilAnswered, type Time } from './time';
import type { Delivery, Hook, Webhooks } from './webhooks';

/** GitHub waits 10 s for an answer, and shows it shortly afterwards. */
export const PING_SECONDS = 30;

/**
 * Has GitHub ping a webhook, and waits for the receiver's answer.
 *
 * @returns undefined if GitHub shows no answer in time
 * @throws GitHubError
 */
export async function pingByGitHub(
  webhooks: Webhooks,
  hook: Hook,
  isNew: boolean,
  time: Time,
): Promise<Delivery | undefined> {
  // GitHub pings a new webhook by itself: that counts, too.
  const known = isNew ? [] : (await webhooks.listPings(hook)).map(({ id }) => id);
  await webhooks.ping(hook);
  const ask = async () => (await webhooks.listPings(hook)).find(({ id }) => !known.includes(id));
  return askUntilAnswered(ask, { everySeconds: 1, forSeconds: PING_SECONDS }, time);
}

/** The receiver reads its secret again at most once a minute; the rest is for Secrets Manager and the way. */
export const ACCEPTANCE_SECONDS = 90;

const SECONDS_PER_PING = 15;

/** Answers that may be others a little later: a secret that is not known yet, throttling, a start that failed. */
const MAY_PASS = /^(401|429|5\d\d|no answer)$/;

/**
 * Pings the receiver as GitHub would, signed with a new secret, until it accepts the secret.
 *
 * @returns undefined when it does, else its last answer: a status, or `no answer`
 */
export async function pingUntilAccepted(receiver: URL, secret: string, time: Time): Promise<string | undefined> {
  let last = '';
  const ask = async () => {
    last = await pingOnce(receiver, secret);
    return MAY_PASS.test(last) ? undefined : last;
  };
  await askUntilAnswered(ask, { everySeconds: 3, forSeconds: ACCEPTANCE_SECONDS }, time);
  return /^2\d\d$/.test(last) ? undefined : last;
}

async function pingOnce(receiver: URL, secret: string): Promise<string> {
  const body = JSON.stringify({ zen: 'Flightwatch asks whether the new secret is known.' });
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'flightwatch',
    'x-github-delivery': randomUUID(),
    'x-github-event': 'ping',
    'x-hub-signature-256': await sign(secret, body),
  };
  const signal = AbortSignal.timeout(SECONDS_PER_PING * 1000);
  try {
    const response = await fetch(receiver, { method: 'POST', body, headers, signal, redirect: 'manual' });
    await response.body?.cancel();
    return String(response.status);
  } catch {
    return 'no answer';
  }
}
