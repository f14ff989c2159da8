import { stageOf } from './statuses';

/** A service of a deployment, as far as the API describes it. */
export interface ServiceDeployment {
  /** Its id. */
  readonly id?: string;
  /** Its name. */
  readonly name?: string;
  /** The id that it is given in Flightcontrol's configuration. */
  readonly givenId?: string;
  /** What it is, such as `fargate`. */
  readonly type?: string;
  /** Where it is reached: an http or https address without credentials, query and fragment. */
  readonly url?: string;
  /** Its status in Flightcontrol's words, such as `BUILD_ERROR`. */
  readonly status?: string;
  /** Readable text; may have several lines. */
  readonly error?: string;
}

/** As many are in each look of a watch: an execution fails at 256 KiB. */
export const MAX_SERVICES_IN_LOOK = 300;

export function nameOf(service: ServiceDeployment): string {
  return service.name ?? service.givenId ?? 'unnamed service';
}

export function hasFailed({ status }: { readonly status?: unknown }): boolean {
  return typeof status === 'string' && stageOf(status) === 'failure';
}

/** Failed services first, because lists are cut at the end. */
export function failedFirst<T extends { readonly status?: unknown }>(services: readonly T[]): readonly T[] {
  return services.toSorted((one, other) => Number(hasFailed(other)) - Number(hasFailed(one)));
}

/** The error without the status that some errors begin with: messages show the status in front of it. */
export function errorOf({ error, status }: ServiceDeployment): string | undefined {
  return error?.startsWith(`${status}: `) ? error.slice(`${status}: `.length) : error;
}
