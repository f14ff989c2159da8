import type { History } from '../contract/history';
import type { Outcome } from '../contract/outcomes';
import type { DeploymentSummary, ServiceDeployment } from '../flightcontrol/deployment';
import { failedFirst, hasFailed } from '../flightcontrol/services';
import { withoutUndefined } from '../objects';
import { cutMiddle, oneLine, takeWithin } from '../text';
import { cleanHistory } from './clean-history';

/** The notification's JSON. Source: docs/notifications.md, "The record for programs". Unknown fields are left out. */
export interface NotificationRecord {
  /** The version of this format. */
  readonly version: 1;
  /** Only on a test notification, behind which there is no deployment. */
  readonly test?: true;
  /** How the watch ended. */
  readonly outcome: Outcome;
  /** The deployment that was watched; absent if the input of the watch named none. */
  readonly deploymentId?: string;
  /** The deployment's last known status in Flightcontrol's words, such as `BUILD_ERROR`. */
  readonly status?: string;
  /** One sentence; absent for SUCCEEDED. */
  readonly reason?: string;
  /** The project of the environment. */
  readonly project?: RecordedProject;
  /** What was deployed to. */
  readonly environment?: RecordedEnvironment;
  /** What was deployed. */
  readonly repository?: RecordedRepository;
  /** The services of the deployment. If not all of them fit, the failed ones come first. */
  readonly services?: readonly ServiceDeployment[];
  /** The number of services by status; present only if not all of them are listed. */
  readonly servicesByStatus?: Readonly<Record<string, number>>;
  /** The statuses in progress that the watch saw, the last 20; absent if it saw none. */
  readonly phases?: readonly RecordedPhase[];
  /** What earlier verdicts about the environment say; absent if they are unknown. */
  readonly history?: History;
  /** When the deployment was created. ISO 8601, UTC. */
  readonly createdAt?: string;
  /** When the execution started. ISO 8601, UTC. */
  readonly watchStartedAt: string;
  /** When the watch ended. ISO 8601, UTC. */
  readonly endedAt: string;
  /** Seconds from `createdAt` to the look that saw the end; absent if that is unknown. */
  readonly durationSeconds?: number;
  /** The execution of the state machine that watched the deployment. */
  readonly executionArn: string;
}

/** The project of an environment. */
export interface RecordedProject {
  /** Its id. */
  readonly id: string;
}

/** The environment of a deployment. */
export interface RecordedEnvironment {
  /** Its id. */
  readonly id?: string;
  /** The id that it is given in Flightcontrol's configuration, such as `production`. */
  readonly givenId?: string;
  /** True for the environment of a pull request; known from API `v1` only. */
  readonly preview?: boolean;
}

/** What a deployment deploys. */
export interface RecordedRepository {
  /** Its address, without credentials. */
  readonly url?: string;
  /** The branch that was deployed. */
  readonly branch?: string;
  /** The commit that was deployed. */
  readonly commit?: string;
}

/** A status of the deployment, and how long it lasted. */
export interface RecordedPhase {
  /** The status in Flightcontrol's words, such as `BUILDING`. */
  readonly status: string;
  /** When a look first saw it. ISO 8601, UTC. */
  readonly from: string;
  /** Whole seconds until another status was seen, or the watch ended. */
  readonly seconds: number;
}

/** A status of the deployment from the look that first saw it. */
export type PhaseStart = Omit<RecordedPhase, 'seconds'>;

/** Which deployment a record is about, as far as it is known. */
export type KnownDeployment = Pick<
  NotificationRecord,
  'deploymentId' | 'status' | 'project' | 'environment' | 'repository' | 'createdAt'
>;

/** Facts of the watch itself. */
export interface WatchFacts {
  readonly executionArn: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly now: Date;
}

/** What a watch found out. */
export interface WatchResult {
  /** Set if nothing was watched: somebody tries the notifications out. */
  readonly test?: true | undefined;
  readonly outcome: Outcome;
  readonly deploymentId?: string | undefined;
  readonly status?: string | null | undefined;
  readonly reason?: string | undefined;
  readonly deployment?: DeploymentSummary | null | undefined;
  readonly services?: readonly ServiceDeployment[] | undefined;
  /** Oldest first. */
  readonly phases: readonly PhaseStart[];
  /** As the table says it; undefined if it is switched off, or could not be read. */
  readonly history?: History | undefined;
  /** False if the first look found the deployment finished: how long it took is then unknown. */
  readonly seenInProgress: boolean;
}

/** @param maxServicesBytes limit for the listed services, as JSON; services beyond it are only counted */
export function makeRecord(result: WatchResult, facts: WatchFacts, maxServicesBytes: number): NotificationRecord {
  const { deploymentId, status, project, environment, repository, createdAt } = describeDeployment(result);
  return withoutUndefined({
    version: 1 as const,
    test: result.test,
    outcome: result.outcome,
    deploymentId,
    status,
    reason: result.outcome === 'SUCCEEDED' ? undefined : result.reason,
    project,
    environment,
    repository,
    ...listServices(result.services ?? [], maxServicesBytes),
    phases: measurePhases(result.phases, facts.now),
    history: cleanHistory(result.history),
    createdAt,
    watchStartedAt: facts.startedAt,
    endedAt: facts.now.toISOString(),
    durationSeconds: durationOf(result, facts),
    executionArn: facts.executionArn,
  });
}

/** The part of a record that says which deployment it is about. */
export function describeDeployment({
  deploymentId,
  status,
  deployment,
}: Pick<WatchResult, 'deploymentId' | 'status' | 'deployment'>): KnownDeployment {
  return withoutUndefined({
    deploymentId,
    status: status ?? undefined,
    project: deployment?.project,
    environment: unlessEmpty(deployment?.environment),
    repository: unlessEmpty(deployment?.repository),
    createdAt: deployment?.createdAt,
  });
}

function durationOf(result: WatchResult, facts: WatchFacts): number | undefined {
  const createdAt = result.deployment?.createdAt;
  if (createdAt === undefined || !result.seenInProgress) return undefined;
  const milliseconds = facts.now.getTime() - Date.parse(createdAt);
  // A time of creation in the future says nothing about how long it took.
  return milliseconds >= 0 ? Math.round(milliseconds / 1000) : undefined;
}

function measurePhases(phases: readonly PhaseStart[], end: Date): RecordedPhase[] | undefined {
  if (phases.length === 0) return undefined;
  return phases.map(({ status, from }, index) => {
    const until = Date.parse(phases[index + 1]?.from ?? end.toISOString());
    // The clocks of two machines may differ.
    return { status, from, seconds: Math.max(0, Math.round((until - Date.parse(from)) / 1000)) };
  });
}

/** Failed services first, as many as fit; the rest is only counted. */
function listServices(
  services: readonly ServiceDeployment[],
  maxBytes: number,
): Pick<NotificationRecord, 'services' | 'servicesByStatus'> {
  if (services.length === 0) return {};
  const fitting = takeWithin(shortenEach(failedFirst(services), maxBytes), maxBytes);
  return fitting.length === services.length
    ? { services: [...shortenEach(services, maxBytes)] }
    : { services: fitting, servicesByStatus: countByStatus(services) };
}

/** One by one, because of hundreds of thousands only some fit. */
function* shortenEach(services: readonly ServiceDeployment[], maxBytes: number): Generator<ServiceDeployment> {
  for (const service of services) yield shorten(service, maxBytes);
}

/**
 * At 9,000 bytes: 1,000 characters for the error and 200 for each of six other texts, so that one service always fits.
 * A cut address would lead elsewhere.
 */
function shorten(service: ServiceDeployment, maxBytes: number): ServiceDeployment {
  const texts = Object.entries(service).map(([field, text]: [string, string]) => {
    const shortened = cutMiddle(text, Math.floor(maxBytes / (field === 'error' ? 9 : 45)));
    return [field, field === 'url' && shortened !== text ? undefined : shortened];
  });
  return withoutUndefined(Object.fromEntries(texts) as ServiceDeployment);
}

/** All services of the deployment, listed or not. */
export function countServices({ services = [], servicesByStatus }: NotificationRecord): number {
  if (servicesByStatus === undefined) return services.length;
  return Object.values(servicesByStatus).reduce((sum, count) => sum + count, 0);
}

/** True if the reason only repeats the failed services and their errors, which are listed anyway. */
export function isReasonInServices({ outcome, services = [] }: NotificationRecord): boolean {
  return (outcome === 'FAILED' || outcome === 'CANCELLED') && services.some(hasFailed);
}

/** At most 20 statuses by name: there are twelve, and the API may add some. */
function countByStatus(services: readonly ServiceDeployment[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { status = 'no status' } of services) {
    const name = counts.has(status) || counts.size < 20 ? cutMiddle(oneLine(status), 40) : 'other';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function unlessEmpty<T extends object>(value: T | undefined): T | undefined {
  return value !== undefined && Object.keys(value).length > 0 ? value : undefined;
}

/** Environment and branch, or the deployment's id if nothing else is known. */
export function placeOf(record: KnownDeployment, maxCharacters = 200): string {
  const environment = record.environment?.givenId ?? record.environment?.id;
  const parts = [environment, record.repository?.branch].filter((part) => part !== undefined);
  if (parts.length > 0) return parts.map((part) => cutMiddle(part, maxCharacters)).join(', ');
  return record.deploymentId === undefined ? 'unknown deployment' : `deployment ${record.deploymentId}`;
}
