import { ACCEPTANCE_SECONDS, pingUntilAccepted } from '../github/pings';
import type { Time } from '../github/time';
import type { Receiver } from './connect-github-receiver';
import { replaceWebhookSecret } from './connect-github-secret';
import { UnknownOutcomeError } from './errors';
import { setInterruptMessage } from './interrupt';
import type { Terminal } from './terminal';

interface Rotation {
  readonly name: string;
  readonly options: { readonly json?: boolean | undefined };
  readonly terminal: Terminal;
  readonly time: Time;
}

/**
 * Writes a new secret, and waits until the receiver accepts it. The webhook has the previous one until then, so that
 * no delivery is lost.
 *
 * @returns the new secret
 * @throws UsageError, UnknownOutcomeError
 */
export async function rotateSecret(receiver: Receiver, { name, options, terminal, time }: Rotation): Promise<string> {
  const repair = `the webhook of ${name} still has the previous secret, which is accepted for 24 hours: run the command again, without --rotate`;
  setInterruptMessage(`Interrupted. A new secret may be stored; ${repair}.`, terminal);
  const secret = await replaceWebhookSecret(receiver.secret, new Date());
  if (!options.json)
    terminal.out(`A new secret is stored. Waiting until the receiver accepts it: up to ${ACCEPTANCE_SECONDS} s.`);
  const last = await pingUntilAccepted(receiver.url, secret, time);
  if (last === undefined) return secret;
  throw new UnknownOutcomeError(
    `A new secret is stored, but the receiver did not accept it (last answer: ${last}); ${repair}.`,
  );
}
