import { MAX_SERVICES_IN_LOOK } from '../flightcontrol/services';
import { type Stage, stageOf } from '../flightcontrol/statuses';

const ORDER: readonly Stage[] = ['failure', 'in progress', 'success', 'cancelled'];

/** Lines such as `web-api: BUILDING`: those that failed first, then those in progress, then the finished ones. */
export function mostUrgentFirst(services: readonly string[]): readonly string[] {
  const rank = (service: string) => ORDER.indexOf(stageOf(statusIn(service)));
  return services.toSorted((one, other) => rank(one) - rank(other));
}

/** `12 SUCCESS, 3 BUILDING`, the most frequent first. */
export function countStatuses(services: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const status of services.map(statusIn)) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');
}

const MAX_LISTED = 5;

/** One line: a few services by name, many by number. */
export function summarizeServices(services: readonly string[]): string {
  if (services.length <= MAX_LISTED) return services.join(', ');
  return `${isCut(services) ? `the first ${services.length} services` : 'services'}: ${countStatuses(services)}`;
}

/** True if the deployment may have more services than these. */
export function isCut(services: readonly string[]): boolean {
  return services.length >= MAX_SERVICES_IN_LOOK;
}

/** The name comes first, and may hold anything. */
function statusIn(service: string): string {
  return service.slice(service.lastIndexOf(': ') + 2);
}
