import * as v from 'valibot';
import { cutMiddle, oneLine } from '../text';
import { type Access, type Answer, type CallGitHub, createGitHubClient } from './client';
import { GitHubError } from './github-error';
import { nameOf, type Target } from './target';

/** What GitHub tells of Flightcontrol's deployments. */
const WEBHOOK_EVENTS = ['deployment', 'deployment_status'] as const;

/** GitHub's ids may be larger than a number can hold. */
const Id = v.pipe(v.union([v.number(), v.bigint()]), v.transform(String));
const Text = v.fallback(v.string(), '');

const HookSchema = v.object({
  id: Id,
  active: v.fallback(v.boolean(), false),
  events: v.fallback(v.array(v.string()), []),
  config: v.fallback(
    v.object({ url: Text, content_type: Text, insecure_ssl: v.unknown(), secret: v.optional(v.unknown()) }),
    { url: '', content_type: '', insecure_ssl: undefined },
  ),
});

const DeliverySchema = v.object({
  id: Id,
  event: Text,
  status: Text,
  status_code: v.fallback(v.number(), 0),
  delivered_at: Text,
});

/** A webhook as GitHub shows it: its secret is never shown. */
export type Hook = v.InferOutput<typeof HookSchema>;

/** What GitHub keeps about an event that it sent to a webhook. A status code of 0: nobody answered. */
export type Delivery = v.InferOutput<typeof DeliverySchema>;

/** Two pages; GitHub allows 20 webhooks per event. */
const PAGE_SIZE = 100;
const MAX_PAGES = 10;

/** The webhooks of a repository, or of an organisation. Every method throws GitHubError. */
export class Webhooks {
  private readonly call: CallGitHub;
  private readonly target: Target;
  /** The path of the list, as octokit writes it. */
  private readonly path: string;

  constructor(access: Access) {
    this.call = createGitHubClient(access);
    this.target = access.target;
    this.path = access.target.repo === undefined ? '/orgs/{owner}/hooks' : '/repos/{owner}/{repo}/hooks';
  }

  async list(): Promise<Hook[]> {
    const hooks: Hook[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const answer = await this.send('GET', '', { per_page: PAGE_SIZE, page });
      hooks.push(...this.read(v.array(HookSchema), answer));
      if (!/\brel="next"/.test(String(answer.headers.link))) break;
    }
    return hooks;
  }

  /** Creates a webhook that sends the events, signed with the secret, to an address. */
  async create(url: string, secret: string): Promise<Hook> {
    return this.read(HookSchema, await this.send('POST', '', { name: 'web', ...settingsOf(url, secret) }, secret));
  }

  /** Sets everything about a webhook, the secret included: GitHub removes a secret that is not given. */
  async update({ id, config: { url } }: Hook, secret: string): Promise<void> {
    await this.send('PATCH', '/{id}', { id, ...settingsOf(url, secret) }, secret);
  }

  /** Does nothing if the webhook is already gone. */
  async delete({ id }: Hook): Promise<void> {
    try {
      await this.send('DELETE', '/{id}', { id });
    } catch (error) {
      if (!(error instanceof GitHubError) || error.status !== 404) throw error;
      // 404 also means that the token may not delete.
      if ((await this.list()).some((hook) => hook.id === id)) throw error;
    }
  }

  /** Has GitHub send a ping. */
  async ping({ id }: Hook): Promise<void> {
    await this.send('POST', '/{id}/pings', { id });
  }

  /** The latest deliveries, newest first; GitHub keeps them for some days. */
  async listDeliveries({ id }: Hook): Promise<Delivery[]> {
    return this.read(v.array(DeliverySchema), await this.send('GET', '/{id}/deliveries', { id, per_page: 30 }));
  }

  /** The pings among them. */
  async listPings(hook: Hook): Promise<Delivery[]> {
    return (await this.listDeliveries(hook)).filter(({ event }) => event === 'ping');
  }

  private send(method: string, path: string, parameters: object, secret?: string): Promise<Answer> {
    const { owner, repo } = this.target;
    return this.call(`${method} ${this.path}${path}`, { owner, repo, ...parameters }, secret);
  }

  private read<Schema extends v.GenericSchema>(schema: Schema, { data }: Answer): v.InferOutput<Schema> {
    const result = v.safeParse(schema, data);
    if (result.success) return result.output;
    const about = `the webhooks of ${nameOf(this.target)}`;
    throw new GitHubError(`The answer about ${about} is not one of GitHub's API: check GITHUB_API_URL.`, false);
  }
}

/** Form encoding, GitHub's default, would also be read; JSON is what GitHub shows best. */
function settingsOf(url: string, secret: string) {
  return { active: true, events: WEBHOOK_EVENTS, config: { url, content_type: 'json', insecure_ssl: '0', secret } };
}

/** What differs from what Flightwatch sets, in words. */
export function differencesOf({ active, events, config }: Hook): string[] {
  const isSame = events.toSorted().join() === [...WEBHOOK_EVENTS].join();
  return [
    active ? '' : 'it was inactive',
    isSame ? '' : `its events were ${show(events.join(', ')) || 'none'}`,
    config.content_type === 'json' ? '' : `its content type was ${show(config.content_type) || 'not set'}`,
    String(config.insecure_ssl) === '0' ? '' : 'certificates were not checked',
    config.secret === undefined ? 'it had no secret' : '',
  ].filter(Boolean);
}

function show(text: string): string {
  return cutMiddle(oneLine(text), 80);
}

/** Those that send to this address. */
export function hooksTo(hooks: readonly Hook[], url: URL): Hook[] {
  return hooks.filter(({ config }) => URL.canParse(config.url) && new URL(config.url).href === url.href);
}
