import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A deploy hook on loopback; its URL holds a canary, as the real one holds a secret. */
export class HookServer {
  /** Paths with their queries, one for each call. */
  readonly calls: string[] = [];
  answer: (response: ServerResponse, request: IncomingMessage) => void = succeed({
    success: true,
    deploymentId: 'clx1',
  });
  private readonly server = createServer((request, response) => {
    this.calls.push(request.url ?? '');
    this.answer(response, request);
  });

  static async start(): Promise<HookServer> {
    const hook = new HookServer();
    await new Promise<void>((resolve) => hook.server.listen(0, '127.0.0.1', resolve));
    return hook;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/api/deploy-hook/clenv1/CANARY_hook_secret`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

export function succeed(json: unknown): HookServer['answer'] {
  return respond(200, JSON.stringify(json));
}

export function respond(status: number, body: string): HookServer['answer'] {
  return (response) => response.writeHead(status).end(body);
}
