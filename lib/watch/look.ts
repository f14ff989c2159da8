import type { IN_PROGRESS, Outcome } from '../contract/names';
import type { Deployment, ServiceDeployment } from '../flightcontrol/deployment';
import { stageOf } from '../flightcontrol/statuses';
import type { Notification } from '../notification/notification';
import { withoutUndefined } from '../objects';
import { cutMiddle } from '../text';

/**
 * What the poll function returns: a closed shape, every key always there, because a path that finds nothing ends an
 * execution as `States.Runtime`, which nothing can catch.
 */
export interface Look {
  readonly outcome: Outcome | typeof IN_PROGRESS;
  /** The deployment's status as the API says it; null until it was seen. */
  readonly status: string | null;
  /** Name and status of each service, for the console and for telling what is new. */
  readonly services: readonly string[];
  /** What the look found, in one sentence; the `cause` of an execution that fails. */
  readonly reason: string;
  /** Whole seconds, at least 1. */
  readonly waitSeconds: number;
  /** What is known of the deployment beyond its status; for a notification when nobody can tell any more. */
  readonly deployment: DeploymentSummary | null;
  /** Null while in progress. */
  readonly notification: Notification | null;
}

export type DeploymentSummary = Pick<Deployment, 'environment' | 'repository'> & { readonly createdAt?: string };

/** Keeps a round's output small, whatever the API answers: 256 KiB end an execution. */
const MAX_SERVICES_IN_HISTORY = 300;
const MAX_LINE_CHARACTERS = 120;

export function summarise({ environment, repository, createdAt }: Deployment): DeploymentSummary {
  return withoutUndefined({ environment, repository, createdAt });
}

/** One line a service: `web-api: BUILDING`. */
export function describeServices(services: readonly ServiceDeployment[]): string[] {
  return services
    .slice(0, MAX_SERVICES_IN_HISTORY)
    .map((service) => cutMiddle(`${nameOf(service)}: ${service.status ?? 'no status'}`, MAX_LINE_CHARACTERS));
}

export function nameOf(service: ServiceDeployment): string {
  return service.name ?? service.givenId ?? 'unnamed service';
}

export function hasFailed({ status }: ServiceDeployment): boolean {
  return status !== undefined && stageOf(status) === 'failure';
}

/** Those that failed come first: lists are cut. */
export function failedFirst(services: readonly ServiceDeployment[]): readonly ServiceDeployment[] {
  return services.toSorted((one, other) => Number(hasFailed(other)) - Number(hasFailed(one)));
}

/** Without the status, which some errors begin with and which stands before it anyway. */
export function errorOf({ error, status }: ServiceDeployment): string | undefined {
  return error?.startsWith(`${status}: `) ? error.slice(`${status}: `.length) : error;
}

/** True if the deployment or a service has another status than before; that is a round of its own in the history. */
export function isNews(look: Look, previous: Look | null): boolean {
  return (
    look.status !== (previous?.status ?? null) || look.services.join('\n') !== (previous?.services ?? []).join('\n')
  );
}
