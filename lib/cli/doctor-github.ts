import { LambdaClient } from '@aws-sdk/client-lambda';
import { findReceiverIn, readReceiverUrl } from '../aws/deployed-receiver';
import { seeRunbook } from '../contract/runbook';
import { GitHubError } from '../github/github-error';
import { nameOf, type Target } from '../github/target';
import { type Delivery, differencesOf, type Hook, hooksTo, type Webhooks } from '../github/webhooks';
import { openWebhooks } from './connect-github';
import { examine, type Finding } from './doctor-findings';
import type { Installation } from './doctor-installation';
import { UsageError } from './errors';
import type { Terminal } from './terminal';
import { formatAgo } from './usual-time';

const NAME = 'GitHub webhook';

/** Whether a repository's webhook is set up, and how its last delivery was answered; nothing if none is named. */
export async function checkGitHub(
  target: Target | undefined,
  installation: Installation,
  terminal: Terminal,
): Promise<Finding[]> {
  if (target === undefined) return [];
  const connect = [installation.own(`connect-github ${nameOf(target)}`)];
  return examine({ name: NAME, needs: ['lambda:GetFunctionUrlConfig'] }, async () => {
    const receiver = findReceiverIn((await installation.stack)?.resources ?? []);
    if (receiver === undefined) {
      const todo = 'Set the setting githubWebhook to true and deploy, then connect the repository:';
      return {
        name: NAME,
        state: 'bad',
        found: 'No webhook receiver was found in the stack.',
        todo,
        commands: connect,
      };
    }
    const url = await readReceiverUrl(new LambdaClient(installation.client), receiver);
    try {
      const webhooks = await openWebhooks(target, terminal);
      const [hook] = hooksTo(await webhooks.list(), url);
      if (hook !== undefined) return await describeHook(hook, webhooks, connect, installation.now);
      const found = `${nameOf(target)} has no webhook with the receiver's address.`;
      return { name: NAME, state: 'bad', found, todo: 'Connect it:', commands: connect };
    } catch (error) {
      if (!(error instanceof GitHubError || error instanceof UsageError)) throw error;
      return { name: NAME, state: 'unknown', found: error.message };
    }
  });
}

async function describeHook(hook: Hook, webhooks: Webhooks, connect: readonly string[], now: Date): Promise<Finding> {
  const differences = differencesOf(hook);
  if (differences.length > 0) {
    const found = `It is not as Flightwatch sets it: ${differences.join('; ')}.`;
    return { name: NAME, state: 'bad', found, todo: 'Correct it:', commands: connect };
  }
  const [last] = await webhooks.listDeliveries(hook);
  if (last === undefined) return { name: NAME, state: 'good', found: 'It is set up. GitHub shows no delivery lately.' };
  return describeDelivery(last, connect, now);
}

function describeDelivery(delivery: Delivery, connect: readonly string[], now: Date): Finding {
  const { event, status_code: code, delivered_at: at } = delivery;
  const what = /^[a-z_]{1,40}$/.test(event) ? event : 'an event';
  const when = Number.isNaN(Date.parse(at)) ? '' : `, ${formatAgo(at, now)},`;
  const start = `It is set up. The last delivery (${what})${when}`;
  if (code >= 200 && code < 300) return { name: NAME, state: 'good', found: `${start} was answered with ${code}.` };
  const subject = { name: NAME, state: 'bad' } as const;
  if (code === 0) {
    const todo = 'Run the command again, and check that GitHub can reach the receiver:';
    return { ...subject, found: `${start} got no answer.`, todo, commands: connect };
  }
  const found = `${start} was answered with ${code}.`;
  if (code === 401) return { ...subject, found, todo: 'GitHub has another secret. Set it again:', commands: connect };
  return { ...subject, found, todo: `Fix the cause, then redeliver it on GitHub. ${seeRunbook('Webhook fails')}` };
}
