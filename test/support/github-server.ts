import { createHmac, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LoopbackServer, serveOnLoopback } from '../../lib/local/loopback-server';

interface HookConfig {
  url?: string;
  content_type?: string;
  insecure_ssl?: string;
  secret?: string;
}

interface StoredHook {
  readonly id: number;
  active: boolean;
  events: string[];
  config: HookConfig;
}

interface StoredDelivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly status: string;
  readonly status_code: number;
}

export interface GitHubAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GitHubCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const DOCS = 'https://docs.github.com/rest';

/**
 * GitHub's API for webhooks, as its REST documentation describes it: pages with a Link header, masked secrets, pings
 * that are really sent and signed, and 404 for what the token may not see.
 */
export class GitHubServer {
  token = 'ghp_CANARY_of_github';
  /** Repositories and organisations that the token may manage. */
  readonly targets = ['repos/acme/web', 'orgs/acme'];
  /** By the path of their list, such as `repos/acme/web`. */
  readonly hooks = new Map<string, StoredHook[]>();
  readonly calls: GitHubCall[] = [];
  /** Answers in place of the real one; the first that is not undefined counts. */
  intercept: (call: GitHubCall) => GitHubAnswer | 'drop' | 'hang' | undefined = () => undefined;
  /** Of GitHub Enterprise Server: `/api/v3`. */
  prefix = '';
  pageSize = 100;
  /** False: pings are sent, but no delivery is shown. */
  showsDeliveries = true;
  /** By id of the webhook, newest first. */
  private readonly deliveries = new Map<number, StoredDelivery[]>();
  private readonly pings: Promise<void>[] = [];
  private lastId = 9007199254740000;

  private constructor(private readonly server: LoopbackServer) {}

  static async start(): Promise<GitHubServer> {
    const server = await serveOnLoopback((request, response) => void github.serve(request, response));
    const github = new GitHubServer(server);
    return github;
  }

  get url(): string {
    return this.server.url + this.prefix;
  }

  async close(): Promise<void> {
    await Promise.all(this.pings);
    await this.server.close();
  }

  hooksOf(target = 'repos/acme/web'): StoredHook[] {
    const hooks = this.hooks.get(target) ?? [];
    this.hooks.set(target, hooks);
    return hooks;
  }

  /** Somebody has made this webhook before. */
  addHook(config: HookConfig, { events = ['push'], active = true, target = 'repos/acme/web' } = {}): StoredHook {
    const hook = { id: this.nextId(), active, events, config: { content_type: 'form', insecure_ssl: '0', ...config } };
    this.hooksOf(target).push(hook);
    return hook;
  }

  callsOf(method: string): string[] {
    return this.calls.filter((call) => call.method === method).map(({ path }) => path);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.server.url);
    const { method = '', headers } = request;
    const path = pathname.slice(this.prefix.length + 1);
    const call = { method, path, query: searchParams, headers, body: await text(request) };
    this.calls.push(call);
    const answer = this.intercept(call) ?? this.authorize(call, pathname) ?? this.answer(call);
    if (answer === 'hang') return;
    if (answer === 'drop') request.socket.destroy();
    else respond(response, answer);
  }

  private authorize({ headers }: GitHubCall, pathname: string): GitHubAnswer | undefined {
    if (!pathname.startsWith(`${this.prefix}/`)) return { status: 404, body: { message: 'Not Found' } };
    if (headers.authorization === `Bearer ${this.token}`) return undefined;
    return { status: 401, body: { message: 'Bad credentials', documentation_url: DOCS } };
  }

  private answer(call: GitHubCall): GitHubAnswer {
    const [, target = '', id, action] =
      /^((?:repos\/[^/]+|orgs)\/[^/]+)\/hooks(?:\/(\d+))?(?:\/(\w+))?$/.exec(call.path) ?? [];
    if (!this.targets.includes(target)) return notFound();
    if (id === undefined) return call.method === 'POST' ? this.create(target, call) : this.list(target, call);
    const hook = this.hooksOf(target).find((stored) => stored.id === Number(id));
    if (hook === undefined) return notFound();
    switch (`${call.method} ${action ?? ''}`) {
      case 'PATCH ':
        return this.update(hook, call);
      case 'DELETE ':
        this.hooksOf(target).splice(this.hooksOf(target).indexOf(hook), 1);
        return { status: 204 };
      case 'POST pings':
        this.sendPing(hook);
        return { status: 204 };
      case 'GET deliveries':
        return { status: 200, body: this.deliveries.get(hook.id) ?? [] };
      default:
        return notFound();
    }
  }

  private list(target: string, { path, query }: GitHubCall): GitHubAnswer {
    const size = Math.min(this.pageSize, Number(query.get('per_page') ?? 30));
    const page = Number(query.get('page') ?? 1);
    const hooks = this.hooksOf(target);
    const hasNext = hooks.length > page * size;
    const next = `<${this.url}/${path}?per_page=${size}&page=${page + 1}>; rel="next"`;
    const body = hooks.slice((page - 1) * size, page * size).map(show);
    return { status: 200, body, ...(hasNext && { headers: { link: next } }) };
  }

  private create(target: string, { body }: GitHubCall): GitHubAnswer {
    const { name, active = true, events = ['push'], config = {} } = JSON.parse(body);
    if (name !== 'web') return invalid({ resource: 'Hook', code: 'custom', field: 'name' });
    const isSame = ({ config: { url }, events: stored }: StoredHook) =>
      url === config.url && stored.toSorted().join() === events.toSorted().join();
    if (this.hooksOf(target).some(isSame))
      return invalid({ resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' });
    const hook = this.addHook(config, { events, active, target });
    if (active) this.sendPing(hook);
    return { status: 201, body: show(hook) };
  }

  /** A config replaces the one before: a secret that is not given is removed. */
  private update(hook: StoredHook, { body }: GitHubCall): GitHubAnswer {
    const { active = hook.active, events = hook.events, config } = JSON.parse(body);
    Object.assign(hook, { active, events });
    if (config !== undefined) hook.config = { content_type: 'form', insecure_ssl: '0', ...config };
    return { status: 200, body: show(hook) };
  }

  private sendPing({ id, config }: StoredHook): void {
    const send = async () => {
      const guid = randomUUID();
      const status = await deliver(config, guid, JSON.stringify({ zen: 'Keep it logically awesome.', hook_id: id }));
      const words =
        status === 200 ? 'OK' : status === 0 ? 'failed to connect to host' : `Invalid HTTP Response: ${status}`;
      const delivery = { id: this.nextId(), guid, event: 'ping', status: words, status_code: status };
      if (this.showsDeliveries) this.deliveries.set(id, [delivery, ...(this.deliveries.get(id) ?? [])]);
    };
    this.pings.push(send());
  }

  private nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }
}

/** @returns the receiver's status, 0 if there was no answer */
async function deliver({ url = '', secret, content_type }: HookConfig, guid: string, json: string): Promise<number> {
  const isJson = content_type === 'json';
  const body = isJson ? json : new URLSearchParams({ payload: json }).toString();
  const headers = {
    'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
    'x-github-event': 'ping',
    'x-github-delivery': guid,
    ...(secret !== undefined && { 'x-hub-signature-256': signatureOf(secret, body) }),
  };
  try {
    return (await fetch(url, { method: 'POST', headers, body, redirect: 'manual' })).status;
  } catch {
    return 0;
  }
}

/** Source: GitHub docs, Validating webhook deliveries. */
export function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function show({ config, ...hook }: StoredHook): object {
  const masked = config.secret === undefined ? {} : { secret: '********' };
  return { type: 'Repository', name: 'web', ...hook, config: { ...config, ...masked } };
}

function notFound(): GitHubAnswer {
  return { status: 404, body: { message: 'Not Found', documentation_url: DOCS, status: '404' } };
}

function invalid(error: object): GitHubAnswer {
  return { status: 422, body: { message: 'Validation Failed', errors: [error], documentation_url: DOCS } };
}

function respond(response: ServerResponse, { status, body, headers }: GitHubAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
}
