import type { ServiceDeployment } from './deployment';
import { stageOf } from './statuses';

export function nameOf(service: ServiceDeployment): string {
  return service.name ?? service.givenId ?? 'unnamed service';
}

export function hasFailed({ status }: ServiceDeployment): boolean {
  return status !== undefined && stageOf(status) === 'failure';
}

/** Failed services first, because lists are cut at the end. */
export function failedFirst(services: readonly ServiceDeployment[]): readonly ServiceDeployment[] {
  return services.toSorted((one, other) => Number(hasFailed(other)) - Number(hasFailed(one)));
}

/** The error without the status that some errors begin with: messages show the status in front of it. */
export function errorOf({ error, status }: ServiceDeployment): string | undefined {
  return error?.startsWith(`${status}: `) ? error.slice(`${status}: `.length) : error;
}
