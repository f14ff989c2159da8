import { isDeploymentId } from '../flightcontrol/deployment-id';

/** The address may end at the id, or go on after it. */
const BEFORE_ID = ['deployment', 'deployments'];
const ID_PARAMETER = 'deploymentId';

/**
 * The id in the address of a deployment's page. What such an address looks like is not documented, so this is a guess:
 * the path segment after `deployments`, or the query parameter `deploymentId`.
 */
export function findIdInAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isFlightcontrol(url) || isDeployHook(url)) return undefined;
  const segments = url.pathname.split('/');
  // The last one, because an organisation or a project may have such a name, too.
  const inPath = segments.findLast((id, index) => BEFORE_ID.includes(segments[index - 1] ?? '') && isDeploymentId(id));
  const inQuery = url.searchParams.get(ID_PARAMETER);
  return inPath ?? (isDeploymentId(inQuery) ? inQuery : undefined);
}

/** Its address is a credential. */
function isDeployHook({ pathname }: URL): boolean {
  return /deploy-hook/i.test(decodeURIComponentIfPossible(pathname));
}

function decodeURIComponentIfPossible(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isFlightcontrol({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' && /(^|\.)flightcontrol\.dev$/.test(hostname);
}
