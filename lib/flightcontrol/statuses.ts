/** What a status means for a deployment or a service. */
export type Stage = 'in progress' | 'success' | 'cancelled' | 'failure';

/**
 * All twelve statuses. Source: Flightcontrol docs, Get Deployment Information API.
 * Any other status counts as in progress: new ones may appear at any time.
 */
export const DEPLOYMENT_STATUSES = {
  PENDING: { stage: 'in progress', meaning: 'waiting for the previous deployment' },
  INPROGRESS: { stage: 'in progress', meaning: 'preparing for the build' },
  BUILDING: { stage: 'in progress', meaning: 'build phase' },
  DEPLOYING: { stage: 'in progress', meaning: 'deploy phase' },
  PENDING_DEPENDENCY: { stage: 'in progress', meaning: "waiting for another service's build or deployment" },
  PROVISIONING: { stage: 'in progress', meaning: 'the AWS resources of the service are being created' },
  SUCCESS: { stage: 'success', meaning: 'complete and healthy' },
  NO_CHANGE: { stage: 'success', meaning: 'nothing to deploy' },
  CANCELLED: { stage: 'cancelled', meaning: 'cancelled by a user, by a newer push, or because another service failed' },
  ERROR: { stage: 'failure', meaning: 'general error' },
  BUILD_ERROR: { stage: 'failure', meaning: 'error in the build phase' },
  DEPLOY_ERROR: { stage: 'failure', meaning: 'error in the deploy phase' },
} as const satisfies Record<string, { stage: Stage; meaning: string }>;

export type DeploymentStatus = keyof typeof DEPLOYMENT_STATUSES;

export function isDeploymentStatus(status: string): status is DeploymentStatus {
  return Object.hasOwn(DEPLOYMENT_STATUSES, status);
}

export function stageOf(status: string): Stage {
  return isDeploymentStatus(status) ? DEPLOYMENT_STATUSES[status].stage : 'in progress';
}
