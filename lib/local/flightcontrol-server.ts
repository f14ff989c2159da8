import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LoopbackServer, serveOnLoopback } from './loopback-server';

/** An answer of the embedded API: JSON with a status, or a function that does anything with the response. */
export type Answer =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly json: unknown }
  | ((response: ServerResponse) => void);

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly deploymentId: string;
}

/** Its `url` is to be used as `apiBaseUrl`. */
export interface FlightcontrolServer extends LoopbackServer {
  readonly requests: readonly Request[];
}

/** A Flightcontrol API on loopback. It answers by its script, and otherwise as the real API is documented. */
export async function startFlightcontrolServer(
  script: (request: Request) => Answer,
  port = 0,
): Promise<FlightcontrolServer> {
  const requests: Request[] = [];
  const server = await serveOnLoopback((incoming, response) => {
    const request = readRequest(incoming);
    requests.push(request);
    send(response, refusalOf(request) ?? script(request));
  }, port);
  return { url: `${server.url}/api`, requests, close: server.close };
}

function readRequest({ method = '', url = '', headers }: IncomingMessage): Request {
  const [, id = ''] = /^\/api\/deployments\/([^/?]+)$/.exec(url) ?? [];
  return { method, path: url, authorization: headers.authorization, deploymentId: decodeURIComponent(id) };
}

/** Source: Flightcontrol docs, Get Deployment Information API, errors. */
function refusalOf({ method, authorization, deploymentId }: Request): Answer | undefined {
  if (method !== 'GET') return { status: 405, json: { error: 'Please use the GET method' } };
  if (!authorization) return { status: 401, json: { error: 'Please use an API key for this request' } };
  if (deploymentId === '') return { status: 404, json: { error: 'Deployment not found' } };
  return undefined;
}

function send(response: ServerResponse, answer: Answer): void {
  if (typeof answer === 'function') {
    answer(response);
    return;
  }
  response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
  response.end(JSON.stringify(answer.json));
}

/** A deployment exactly as the legacy API documents it. */
export function deploymentJson(deploymentId: string, status: string, services: readonly ServiceJson[] = []) {
  return {
    deploymentId,
    createdAt: '2023-01-09 22:10:02.381',
    environmentGivenId: 'production',
    environmentId: 'clcpcxekw000mc9oj8cjfwd2f',
    repoUrl: 'https://github.com/flightcontrolhq/demo-web-api',
    gitCommit: '01e573f2198f120f66b08621fde0256874d0c24d',
    gitBranch: 'main',
    status,
    serviceDeployments: services.map(({ name, status: serviceStatus, error = null }) => ({
      service: { serviceGivenId: `given-${name}`, serviceName: name, type: 'fargate' },
      status: serviceStatus,
      error,
    })),
  };
}

/** By a service's name. */
export type Addresses = Readonly<Record<string, string>>;

/** The fields that the current page of the API documents in addition. A service without an address has an empty one. */
export function addV1Fields(json: ReturnType<typeof deploymentJson>, addresses: Addresses) {
  return {
    ...json,
    projectId: 'cluagwibz000ka6p9uzas7p26',
    isPreviewEnvironment: false,
    serviceDeployments: json.serviceDeployments.map(({ service, ...deployed }) => ({
      ...deployed,
      serviceDeploymentId: `deployed-${service.serviceName}`,
      service: {
        ...service,
        serviceId: `id-${service.serviceName}`,
        serviceDomain: addresses[service.serviceName] ?? '',
      },
    })),
  };
}

export interface ServiceJson {
  readonly name: string;
  readonly status: string;
  readonly error?: unknown;
}
