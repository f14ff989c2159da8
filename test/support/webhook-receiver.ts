import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LoopbackServer, serveOnLoopback } from '../../lib/local/loopback-server';
import { signatureOf } from './github-server';

/** A webhook receiver that knows its secrets, as the deployed one does: it answers 401 to any other. */
export class WebhookReceiver {
  secrets: readonly string[] = [];
  /** What it answers to a good signature. */
  status = 200;
  /** Called before each answer. */
  onRequest: () => void = () => {};
  /** The statuses that it answered. */
  readonly answers: number[] = [];

  private constructor(private readonly server: LoopbackServer) {}

  static async start(): Promise<WebhookReceiver> {
    const server = await serveOnLoopback((request, response) => void receiver.serve(request, response));
    const receiver = new WebhookReceiver(server);
    return receiver;
  }

  get url(): string {
    return `${this.server.url}/receiver/`;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    this.onRequest();
    const given = request.headers['x-hub-signature-256'];
    const isKnown = this.secrets.some((secret) => signatureOf(secret, body) === given);
    const status = isKnown && request.headers['x-github-event'] === 'ping' ? this.status : 401;
    this.answers.push(status);
    response.writeHead(status).end();
  }
}
