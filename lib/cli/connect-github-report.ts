import { PING_SECONDS } from '../github/pings';
import { type Delivery, differencesOf, type Hook } from '../github/webhooks';
import { UnknownOutcomeError, UsageError } from './errors';
import type { Terminal } from './terminal';

/** What was done to the webhook. */
export interface Change {
  readonly status: 'CREATED' | 'UPDATED';
  /** As it was before an update. */
  readonly hook: Hook;
  /** How many other webhooks with the same address were deleted. */
  readonly duplicates: number;
}

interface ReportOptions {
  readonly json?: boolean | undefined;
  readonly rotate?: boolean | undefined;
}

/** One line. */
export function describeChange({ status, hook, duplicates }: Change, name: string): string {
  const deleted = duplicates > 0 ? ` Others with the same address were deleted: ${duplicates}.` : '';
  if (status === 'CREATED') return `${name}: the webhook ${hook.id} was created.${deleted}`;
  const what = differencesOf(hook).join('; ') || 'only its secret was set';
  return `${name}: the webhook ${hook.id} was updated (${what}).${deleted}`;
}

/**
 * Says how the receiver answered GitHub's ping.
 *
 * @throws UsageError, UnknownOutcomeError if it was no success
 */
export function reportConnection(
  name: string,
  { status, hook, duplicates }: Change,
  ping: Delivery | undefined,
  { json, rotate = false }: ReportOptions,
  terminal: Terminal,
): void {
  if (json) terminal.json({ target: name, status, hookId: hook.id, duplicates, rotated: rotate, ping: jsonOf(ping) });
  checkPing(ping, name);
  if (json) return;
  terminal.out(
    `GitHub's ping was answered with ${ping?.status_code}: GitHub now announces the deployments of ${name}.`,
  );
  if (rotate)
    terminal.out(
      'If other repositories send to this receiver, connect them again within 24 hours, without --rotate: until then it accepts the previous secret.',
    );
}

function jsonOf(ping: Delivery | undefined): object | null {
  return ping === undefined ? null : { status: describeStatus(ping.status), statusCode: ping.status_code };
}

const CHECK_ADDRESS =
  'check that GitHub can reach the receiver, and that --webhook-url, if you passed it, is its address.';

function checkPing(ping: Delivery | undefined, name: string): void {
  const start = `The webhook of ${name} is set up, but`;
  if (ping === undefined)
    throw new UnknownOutcomeError(
      `${start} GitHub showed no answer to its ping within ${PING_SECONDS} s: look at "Recent Deliveries" in the webhook's settings on GitHub.`,
    );
  const { status_code: code, status } = ping;
  if (code >= 200 && code < 300) return;
  const answered = `${start} the receiver answered GitHub's ping with ${code}:`;
  if (code === 401)
    throw new UsageError(`${answered} it has another secret. Wait a minute, then run the command again.`);
  if (code >= 500)
    throw new UnknownOutcomeError(`${answered} look at the logs of its function, then run the command again.`);
  if (code > 0) throw new UsageError(`${answered} ${CHECK_ADDRESS}`);
  throw new UnknownOutcomeError(
    `${start} GitHub got no answer to its ping (${describeStatus(status)}): ${CHECK_ADDRESS}`,
  );
}

/** GitHub's words, such as "timed out" or "Invalid HTTP Response: 404"; no word of a token's form or length. */
function describeStatus(status: string): string {
  return /^([A-Za-z]{1,20}|\d{3})(:? ([A-Za-z]{1,20}|\d{3})){0,7}$/.test(status) ? status : 'no reason is known';
}

/** Says which webhooks were deleted. */
export function reportRemoval(name: string, hooks: readonly Hook[], { json }: ReportOptions, terminal: Terminal): void {
  const hookIds = hooks.map(({ id }) => id);
  if (json) terminal.json({ target: name, status: hookIds.length > 0 ? 'REMOVED' : 'ABSENT', hookIds });
  else if (hookIds.length > 0)
    terminal.out(
      `${name}: removed ${hookIds.join(', ')}. GitHub no longer announces its deployments to this receiver.`,
    );
  else terminal.out(`${name} has no webhook with the receiver's address: there is nothing to remove.`);
}
