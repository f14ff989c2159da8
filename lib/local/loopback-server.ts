import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Cuts open connections. */
  close(): Promise<void>;
}

/**
 * Serves HTTP on this machine only, for as long as something else keeps the process alive.
 *
 * @param port 0 for any that is free
 */
export async function serveOnLoopback(handle: RequestListener, port = 0): Promise<LoopbackServer> {
  const server = createServer(handle).unref();
  server.on('connection', (socket) => socket.unref());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
