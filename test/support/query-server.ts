import { text } from 'node:stream/consumers';
import { type LoopbackServer, serveOnLoopback } from '../../lib/local/loopback-server';
import { xml } from './cloudformation';

/** What a service of AWS answers to one of its calls: the result as XML, or an error. */
export type QueryAnswer = string | { readonly status: number; readonly code: string };

/** A service of AWS whose requests are forms and whose answers are XML, on loopback. Source: AWS Query protocol. */
export interface QueryServer extends LoopbackServer {
  readonly calls: string[];
}

export async function startQueryServer(
  answer: (call: string, parameters: URLSearchParams) => QueryAnswer,
): Promise<QueryServer> {
  const calls: string[] = [];
  const server = await serveOnLoopback(async (request, response) => {
    const parameters = new URLSearchParams(await text(request));
    const call = parameters.get('Action') ?? '';
    calls.push(call);
    const result = answer(call, parameters);
    response.writeHead(typeof result === 'string' ? 200 : result.status, { 'content-type': 'text/xml' });
    response.end(
      typeof result === 'string'
        ? `<${call}Response><${call}Result>${result}</${call}Result></${call}Response>`
        : `<ErrorResponse><Error>${xml({ Type: 'Sender', Code: result.code, Message: `${call} is ${result.code}` })}</Error></ErrorResponse>`,
    );
  });
  return { ...server, calls };
}
