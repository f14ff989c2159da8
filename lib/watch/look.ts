import type { IN_PROGRESS, Outcome } from '../contract/outcomes';
import type { DeploymentSummary, ServiceDeployment } from '../flightcontrol/deployment';
import { MAX_SERVICES_IN_LOOK, nameOf } from '../flightcontrol/services';
import type { Notification } from '../notification/notification';
import type { PlainFacts } from '../notification/plain';
import type { PhaseStart } from '../notification/record';
import { cutMiddle } from '../text';
import type { Outage } from './outage';

/**
 * What the poll function returns: a closed shape, every key always there, because a path that finds nothing ends an
 * execution as `States.Runtime`, which nothing can catch.
 */
export interface Look {
  readonly outcome: Outcome | typeof IN_PROGRESS;
  /** The deployment's status as the API says it; null until it was seen. */
  readonly status: string | null;
  /** Name and status of each service, for the console and to detect changes. */
  readonly services: readonly string[];
  /** What the look found, in one sentence; the `cause` of an execution that fails. */
  readonly reason: string;
  /** Whole seconds, at least 1. */
  readonly waitSeconds: number;
  /** What is known of the deployment beyond its status; for the notification of a watch that fails later. */
  readonly deployment: DeploymentSummary | null;
  /** The statuses in progress so far, oldest first, at most the last 20; a status that is seen again is another entry. */
  readonly phases: readonly PhaseStart[];
  /** The period without a usable answer that this look is part of; null if it got one. */
  readonly outage: Outage | null;
  /** How long a deployment of this environment usually takes until it has succeeded; null while that is unknown. */
  readonly usualSeconds: number | null;
  /** True once the history was asked for it: a watch that is in progress asks once. */
  readonly usualAsked: boolean;
  /** What the last-resort notification needs; null once the watch has ended. */
  readonly plain: PlainFacts | null;
  /** Null while in progress. */
  readonly notification: Notification | null;
}

/** What history has said so far; carried on from look to look. */
export function continueUsual(previous: Look | null): Pick<Look, 'usualSeconds' | 'usualAsked'> {
  return { usualSeconds: previous?.usualSeconds ?? null, usualAsked: previous?.usualAsked ?? false };
}

/** Limits a round's output: an execution fails at 256 KiB. */
const MAX_NAME_CHARACTERS = 78;

const MAX_PHASES = 20;
/** Twice as long as any documented status. */
const MAX_STATUS_CHARACTERS = 40;

/** The phases after a look that saw a status in progress. */
export function continuePhases(previous: Look | null, status: string, now: Date): readonly PhaseStart[] {
  const phases = previous?.phases ?? [];
  const name = cutMiddle(status, MAX_STATUS_CHARACTERS);
  if (phases.at(-1)?.status === name) return phases;
  return [...phases, { status: name, from: now.toISOString() }].slice(-MAX_PHASES);
}

/** The name is cut the same way whatever the status is: it tells services apart. */
function describeService(service: ServiceDeployment): string {
  const status = cutMiddle(service.status ?? 'no status', MAX_STATUS_CHARACTERS);
  return `${cutMiddle(nameOf(service), MAX_NAME_CHARACTERS)}: ${status}`;
}

/** One line a service, `web-api: BUILDING`, in an order of their own: the API's may change between looks. */
export function describeServices(services: readonly ServiceDeployment[]): string[] {
  return services.map(describeService).toSorted().slice(0, MAX_SERVICES_IN_LOOK);
}

/**
 * True if the history has to show this look as a round of its own: a status of the deployment or of a service has
 * changed, the outage that the history shows last is over, or the watch begins with a problem that somebody may correct
 * at once. A call that lingers on and is then killed would take that knowledge with it.
 */
export function isNews(look: Look, previous: Look | null): boolean {
  return (
    look.status !== (previous?.status ?? null) ||
    look.services.join('\n') !== (previous?.services ?? []).join('\n') ||
    (look.outage === null && (previous?.outage ?? null) !== null) ||
    (previous === null && hasCorrectableProblem(look))
  );
}

/** A deployment that is not found was usually created a moment ago. */
function hasCorrectableProblem({ outage }: Look): boolean {
  return outage !== null && outage.kinds['not found'] === undefined;
}
