import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LoopbackServer, serveOnLoopback } from '../../lib/local/loopback-server';

/** A deploy hook on loopback. Its URL holds a canary in place of the secret. */
export class HookServer {
  /** Paths with their queries, one for each call. */
  readonly calls: string[] = [];
  answer: (response: ServerResponse, request: IncomingMessage) => void = succeed({
    success: true,
    deploymentId: 'clx1',
  });

  private constructor(private readonly server: LoopbackServer) {}

  static async start(): Promise<HookServer> {
    const server = await serveOnLoopback((request, response) => hook.serve(request, response));
    const hook = new HookServer(server);
    return hook;
  }

  get url(): string {
    return `${this.server.url}/api/deploy-hook/clenv1/CANARY_hook_secret`;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    this.calls.push(request.url ?? '');
    this.answer(response, request);
  }
}

export function succeed(json: unknown): HookServer['answer'] {
  return respond(200, JSON.stringify(json));
}

export function respond(status: number, body: string): HookServer['answer'] {
  return (response) => response.writeHead(status).end(body);
}
