import { type Answer, deploymentJson, type Request } from '../lib/local/flightcontrol-server';

/** How a deployment ends, by the first word of its id. */
const FINAL_STATUSES: Readonly<Record<string, string>> = {
  good: 'SUCCESS',
  bad: 'BUILD_ERROR',
  gone: 'CANCELLED',
  stuck: 'BUILDING',
};

/**
 * In progress for three looks, then finished.
 *
 * @param more what the API says beside that, by the deployment's id
 */
export function playDeployments(
  key: string,
  more: (deploymentId: string) => object = () => ({}),
): (request: Request) => Answer {
  const looks = new Map<string, number>();
  return ({ deploymentId, authorization }) => {
    if (authorization !== key) return { status: 401, json: { error: 'Invalid API key' } };
    const look = looks.get(deploymentId) ?? 0;
    looks.set(deploymentId, look + 1);
    const final = FINAL_STATUSES[deploymentId.split('-')[0] ?? ''] ?? 'SUCCESS';
    const status = ['INPROGRESS', 'BUILDING', 'DEPLOYING'][look] ?? final;
    const service = {
      name: 'web-api',
      status,
      error: final === status && final.endsWith('ERROR') ? 'npm ERR! "quoted" ✨' : null,
    };
    return { json: { ...deploymentJson(deploymentId, status, [service]), ...more(deploymentId) } };
  };
}
