import { apiUrlFor, DEFAULT_GITHUB_API_URL, parseGitHubApiUrl, websiteHostOf } from '../github/api-url';
import { GitHubError } from '../github/github-error';
import { pingByGitHub } from '../github/pings';
import { nameOf, parseTarget, TARGET_FORM, type Target } from '../github/target';
import { REAL_TIME, type Time } from '../github/time';
import { type Delivery, differencesOf, type Hook, hooksTo, Webhooks } from '../github/webhooks';
import { describeValue, messageOf } from '../text';
import { findReceiver, findReceiverUrl, type Receiver, type ReceiverOptions } from './connect-github-receiver';
import { type Change, describeChange, reportConnection, reportRemoval } from './connect-github-report';
import { rotateSecret } from './connect-github-rotate';
import { readWebhookSecret } from './connect-github-secret';
import { UnknownOutcomeError, UsageError } from './errors';
import { readGitHubToken } from './github-token';
import { setInterruptMessage } from './interrupt';
import type { Terminal } from './terminal';

export interface ConnectGithubOptions extends ReceiverOptions {
  /** Stores a new secret first. */
  readonly rotate?: boolean | undefined;
  /** Deletes the webhook. */
  readonly remove?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** What the command works on. */
interface Connection {
  /** Of the repository or the organisation. */
  readonly name: string;
  readonly webhooks: Webhooks;
  readonly options: ConnectGithubOptions;
  readonly terminal: Terminal;
  readonly time: Time;
}

/**
 * Creates or updates the webhook of a repository or an organisation, so that GitHub announces its deployments; or
 * removes it.
 *
 * @throws UsageError, UnknownOutcomeError
 */
export async function runConnectGithub(
  text: string,
  options: ConnectGithubOptions,
  terminal: Terminal,
  time = REAL_TIME,
): Promise<void> {
  if (options.rotate && options.remove) throw new UsageError('--rotate and --remove exclude each other: choose one.');
  setInterruptMessage('Interrupted. Nothing was changed.', terminal);
  const target = readTarget(text);
  const webhooks = await openWebhooks(target, terminal);
  const connection = { name: nameOf(target), webhooks, options, terminal, time };
  if (options.remove) await disconnect(connection, await findReceiverUrl(options, terminal));
  else await connect(connection, await findReceiver(options, terminal));
}

/** @throws UsageError */
export function readTarget(text: string): Target {
  const target = parseTarget(text);
  if (target !== undefined) return target;
  throw new UsageError(`repository: got ${describeValue(text)}, expected ${TARGET_FORM}.`);
}

/** @throws UsageError if there is no token */
export async function openWebhooks(target: Target, terminal: Terminal): Promise<Webhooks> {
  const apiUrl = readApiUrl(terminal);
  const host = websiteHostOf(apiUrl);
  if (target.host !== undefined && target.host !== host)
    throw new UsageError(
      `${nameOf(target)} is on ${target.host}, but the API is that of ${host}: set GITHUB_API_URL to ${apiUrlFor(target.host)}.`,
    );
  return new Webhooks({ target, apiUrl, ...(await readGitHubToken(host, terminal)) });
}

function readApiUrl({ env }: Terminal): URL {
  try {
    return parseGitHubApiUrl(env.GITHUB_API_URL || DEFAULT_GITHUB_API_URL);
  } catch (error) {
    throw new UsageError(`GITHUB_API_URL: ${messageOf(error)}.`);
  }
}

async function connect(connection: Connection, receiver: Receiver): Promise<void> {
  const { name, webhooks, options, terminal } = connection;
  // First: a token that may not even list would leave a new secret behind.
  const hooks = hooksTo(await callGitHub(() => webhooks.list()), receiver.url);
  terminal.goOnUnread();
  const secret = options.rotate ? await rotateSecret(receiver, connection) : await readWebhookSecret(receiver.secret);
  setInterruptMessage(`Interrupted. The webhook of ${name} may have been changed: run the command again.`, terminal);
  const change = await changeHook(connection, () => writeHook(webhooks, hooks, receiver.url, secret));
  setInterruptMessage(`Interrupted. The webhook of ${name} is set up, but was not tested.`, terminal);
  if (!options.json) terminal.out(describeChange(change, name));
  const ping = await testHook(connection, change);
  reportConnection(name, change, ping, options, terminal);
}

async function changeHook({ name, options }: Connection, write: () => Promise<Change>): Promise<Change> {
  try {
    return await callGitHub(write);
  } catch (error) {
    if (!options.rotate) throw error;
    throw rephrase(
      error as Error,
      (message) =>
        `The new secret is stored, but the webhook of ${name} could not be updated. ${message} The receiver accepts the previous secret for 24 hours: run the command again, without --rotate.`,
    );
  }
}

/** An existing webhook always gets the secret again: GitHub does not show whether it has the right one. */
async function writeHook(webhooks: Webhooks, hooks: readonly Hook[], url: URL, secret: string): Promise<Change> {
  // The one that needs least: GitHub refuses to make a webhook equal to another.
  const [kept, ...duplicates] = hooks.toSorted((one, other) => differencesOf(one).length - differencesOf(other).length);
  if (kept === undefined) return { status: 'CREATED', hook: await webhooks.create(url.href, secret), duplicates: 0 };
  await webhooks.update(kept, secret);
  for (const duplicate of duplicates) await webhooks.delete(duplicate);
  return { status: 'UPDATED', hook: kept, duplicates: duplicates.length };
}

async function testHook({ name, webhooks, time }: Connection, { hook, status }: Change): Promise<Delivery | undefined> {
  try {
    return await callGitHub(() => pingByGitHub(webhooks, hook, status === 'CREATED', time));
  } catch (error) {
    const start = `The webhook of ${name} is set up, but could not be tested.`;
    throw rephrase(error as Error, (message) => `${start} ${message}`);
  }
}

async function disconnect({ name, webhooks, options, terminal }: Connection, url: URL): Promise<void> {
  setInterruptMessage(`Interrupted. The webhook of ${name} may have been removed: run the command again.`, terminal);
  terminal.goOnUnread();
  const removed = await callGitHub(async () => {
    const hooks = hooksTo(await webhooks.list(), url);
    for (const hook of hooks) await webhooks.delete(hook);
    return hooks;
  });
  reportRemoval(name, removed, options, terminal);
}

/** What may pass leaves the outcome open; everything else is for the user to correct. */
async function callGitHub<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    throw error.mayPass ? new UnknownOutcomeError(error.message) : new UsageError(error.message);
  }
}

/** The same kind of error, with its message in a larger one. */
function rephrase(error: Error, write: (message: string) => string): Error {
  return new (error instanceof UsageError ? UsageError : UnknownOutcomeError)(write(error.message));
}
