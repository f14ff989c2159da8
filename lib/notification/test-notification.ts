import type { Outcome } from '../contract/outcomes';
import type { DeploymentSummary } from '../flightcontrol/deployment';
import { makeNotification, type Notification } from './notification';
import type { PhaseStart, WatchResult } from './record';

export interface TestFacts {
  /** Made up. */
  readonly deploymentId: string;
  /** The execution that publishes it. */
  readonly executionArn: string;
  readonly now: Date;
}

type MadeUp = Pick<WatchResult, 'status' | 'reason' | 'services' | 'history'> & {
  /** How long the deployment took, or has taken so far. */
  readonly seconds: number;
};

/** The hosts are reserved, so that no link leads to somebody. Source: RFC 2606. */
const ADDRESS = 'https://web-api.example.com';
const REPOSITORY = {
  url: 'https://git.example.com/example/web-api',
  branch: 'main',
  commit: '0123456789abcdef0123456789abcdef01234567',
};

/** The id is none of Flightcontrol's; the name is one that filter policies are likely to pick. */
const DEPLOYMENT: Omit<DeploymentSummary, 'createdAt'> = {
  project: { id: 'test-project' },
  environment: { id: 'test-environment', givenId: 'production', preview: false },
  repository: REPOSITORY,
};

const BUILD_ERROR = 'Made up for a test: nothing was built.';

/**
 * A notification in the shape of an outcome, from a made-up deployment: it succeeds after a failure, or fails after a
 * success, so that it passes the filter policies that people use. It names no earlier commit, because a command that
 * deploys it could be taken seriously.
 */
export function makeTestNotification(outcome: Outcome, { deploymentId, executionArn, now }: TestFacts): Notification {
  const { seconds, ...madeUp } = DESCRIBE[outcome](now);
  const createdAt = before(now, seconds);
  const result: WatchResult = {
    ...madeUp,
    test: true,
    outcome,
    deploymentId,
    deployment: { ...DEPLOYMENT, createdAt },
    phases: phasesUntil(outcome, now, seconds),
    seenInProgress: outcome !== 'WATCH_FAILED',
  };
  return makeNotification(result, { executionArn, startedAt: before(now, seconds - 3), now });
}

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

const DESCRIBE: Readonly<Record<Outcome, (now: Date) => MadeUp>> = {
  SUCCEEDED: (now) => ({
    status: 'SUCCESS',
    services: [service('web-api', 'SUCCESS'), service('worker', 'NO_CHANGE')],
    history: { trend: 'recovered', failuresInARow: 1, usualSeconds: 340, previous: previous('FAILED', now) },
    seconds: 372,
  }),
  FAILED: (now) => ({
    status: 'BUILD_ERROR',
    reason: `web-api: BUILD_ERROR: ${BUILD_ERROR}`,
    services: [{ ...service('web-api', 'BUILD_ERROR'), error: BUILD_ERROR }, service('worker', 'CANCELLED')],
    history: { trend: 'broke', failuresInARow: 1, usualSeconds: 340, previous: previous('SUCCEEDED', now) },
    seconds: 372,
  }),
  CANCELLED: () => ({
    status: 'CANCELLED',
    reason: 'Cancelled by a user. Made up for a test.',
    services: [service('web-api', 'CANCELLED'), service('worker', 'CANCELLED')],
    seconds: 372,
  }),
  TIMED_OUT: () => ({
    status: 'DEPLOYING',
    reason: 'Still DEPLOYING when the watch reached its time limit of 120 minutes. Made up for a test.',
    services: [service('web-api', 'DEPLOYING'), service('worker', 'SUCCESS')],
    seconds: 120 * MINUTE,
  }),
  WATCH_FAILED: () => ({
    status: 'BUILDING',
    reason: 'The watch could not find out how the deployment ended. Made up for a test.',
    seconds: 372,
  }),
};

function service(name: string, status: string) {
  return { name, givenId: name, type: 'fargate', status, ...(name === 'web-api' && { url: ADDRESS }) };
}

function previous(outcome: 'SUCCEEDED' | 'FAILED', now: Date) {
  return { outcome, deploymentId: 'test-previous', endedAt: before(now, DAY) };
}

/** When the statuses were first seen, by seconds after the start. */
const PHASES: readonly (readonly [status: string, seconds: number])[] = [
  ['INPROGRESS', 4],
  ['BUILDING', 19],
  ['DEPLOYING', 229],
];
const BUILT = PHASES.slice(0, 2);

function phasesUntil(outcome: Outcome, now: Date, seconds: number): PhaseStart[] {
  const seen = outcome === 'SUCCEEDED' || outcome === 'TIMED_OUT' ? PHASES : BUILT;
  return seen.map(([status, after]) => ({ status, from: before(now, seconds - after) }));
}

function before(now: Date, seconds: number): string {
  return new Date(now.getTime() - seconds * 1000).toISOString();
}
