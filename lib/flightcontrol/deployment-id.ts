/** The form of a deployment's id, which becomes part of a URL and of an execution's name. */
export const DEPLOYMENT_ID_FORM = '1 to 64 of A-Z a-z 0-9 _ -';

export function isDeploymentId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value);
}
