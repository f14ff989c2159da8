import type { History } from '../../lib/contract/history';
import type { Outcome } from '../../lib/contract/outcomes';
import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { readDeployment } from '../../lib/flightcontrol/deployment';
import { addV1Fields, deploymentJson, type ServiceJson } from '../../lib/local/flightcontrol-server';
import { makeNotification, type Notification } from '../../lib/notification/notification';
import { makeTestNotification } from '../../lib/notification/test-notification';
import { judge } from '../../lib/watch/judge';
import type { Look } from '../../lib/watch/look';
import { failWatch } from '../../lib/watch/watch-failure';

const ID = 'clcpcxekt000lc9ojqtgtc26y';

export const CONTEXT = {
  deploymentId: ID,
  timeoutMinutes: 5,
  executionArn: `arn:aws:states:eu-west-1:123456789012:execution:flightwatch:${ID}-1`,
  startedAt: '2023-01-09T22:10:05.000Z',
  now: new Date('2023-01-09T22:16:14.000Z'),
  previous: null,
  pacing: DEFAULT_PACING,
  jitter: 0.5,
};

const NPM_ERROR = [
  [
    {
      type: 'BUILD_ERROR',
      message: 'npm ERR! Missing script: "build"\nnpm ERR! A complete log of this run is in /root/.npm/_logs',
    },
  ],
];

function services(web: string, worker: string, error: unknown = null): ServiceJson[] {
  return [
    { name: 'worker', status: worker },
    { name: 'web-api', status: web, error },
  ];
}

/** What the API says, with the fields of its current page. */
function deploymentOf(status: string, list: ServiceJson[] = [], more: object = {}) {
  return readDeployment({ ...addV1Fields(deploymentJson(ID, status, list), ADDRESSES), ...more });
}

const ADDRESSES = { 'web-api': 'https://api.mydomain.com' };

/** What the watch saw before the end. */
function watchUntil(phases: readonly string[]): Look | null {
  const seconds = [1, 16, 226];
  return phases.reduce<Look | null>((previous, status, index) => {
    const now = new Date(Date.parse(CONTEXT.startedAt) + (seconds[index] ?? 0) * 1000);
    return judge(deploymentOf(status), { ...CONTEXT, now, previous });
  }, null);
}

function judged(status: string, phases: readonly string[], list: ServiceJson[], more: object = {}): Notification {
  const { notification } = judge(deploymentOf(status, list, more), { ...CONTEXT, previous: watchUntil(phases) });
  if (notification === null) throw new Error(`${status} is no end`);
  return notification;
}

function watchFailed(): Notification {
  const previous = watchUntil(BUILT);
  const failure = {
    reason: `Flightcontrol refused the API key: GET /api/deployments/${ID}: 401.`,
    nextStep: 'Create a new key in Flightcontrol and put it into the secret flightcontrol; then start the watch again.',
    commands: ['set-key'],
  };
  return failWatch(ID, { ...CONTEXT, previous }, failure).notification;
}

const BUILT = ['INPROGRESS', 'BUILDING'];
const DEPLOYED = [...BUILT, 'DEPLOYING'];

/** One of each outcome, as real deployments make them. */
export const NOTIFICATIONS: Readonly<Record<Outcome, Notification>> = {
  SUCCEEDED: judged('SUCCESS', DEPLOYED, services('SUCCESS', 'NO_CHANGE')),
  FAILED: judged('BUILD_ERROR', BUILT, services('BUILD_ERROR', 'CANCELLED', NPM_ERROR)),
  CANCELLED: judged('CANCELLED', BUILT, services('CANCELLED', 'CANCELLED')),
  TIMED_OUT: judged('DEPLOYING', DEPLOYED, services('DEPLOYING', 'SUCCESS')),
  WATCH_FAILED: watchFailed(),
};

const TEST_ID = 'test-0123456789abcdef';

function testOf(outcome: Outcome): Notification {
  const executionArn = `arn:aws:states:eu-west-1:123456789012:execution:Report-AbCdEf:${TEST_ID}`;
  return makeTestNotification(outcome, { deploymentId: TEST_ID, executionArn, now: CONTEXT.now });
}

/** As somebody sends them to try the installation. */
export const TEST_NOTIFICATIONS: Readonly<Record<Outcome, Notification>> = {
  SUCCEEDED: testOf('SUCCEEDED'),
  FAILED: testOf('FAILED'),
  CANCELLED: testOf('CANCELLED'),
  TIMED_OUT: testOf('TIMED_OUT'),
  WATCH_FAILED: testOf('WATCH_FAILED'),
};

/** Of the environment of a pull request. */
export const PREVIEW_NOTIFICATION = judged('SUCCESS', DEPLOYED, services('SUCCESS', 'SUCCESS'), {
  isPreviewEnvironment: true,
  environmentGivenId: 'pr-12',
  gitBranch: 'faster-checkout',
});

const LAST_SUCCESS = {
  deploymentId: 'clcp2fail0000lc9oa1b2c3d4',
  branch: 'main',
  commit: '8d2c5b7e9f014a6fb3c19d5e2a7084f6c1b0e35d',
  endedAt: '2023-01-09T16:40:12.000Z',
};

const PREVIOUS_FAILURE = {
  outcome: 'FAILED' as const,
  deploymentId: 'clcpb6sym000hlc9o9h2k5t8r',
  commit: '9c41d7aa0b52e6f38d10c7b4a95f21e803d67c4b',
  endedAt: '2023-01-09T21:48:31.000Z',
};

const THIRD_FAILURE: History = {
  trend: 'still failing',
  failuresInARow: 3,
  usualSeconds: 340,
  previous: PREVIOUS_FAILURE,
  lastSuccess: LAST_SUCCESS,
};

/** The same end of a deployment, for a watch that knows the history of the environment. */
export function withHistory({ record }: Notification, history: History, nextStep?: string): Notification {
  const { outcome, deploymentId, status, reason, services, phases = [] } = record;
  const { project, environment = {}, repository = {}, createdAt } = record;
  const deployment = { environment, repository, ...(project && { project }), ...(createdAt && { createdAt }) };
  const result = { outcome, deploymentId, status, reason, deployment, services, phases, history };
  return makeNotification({ ...result, seenInProgress: true }, CONTEXT, nextStep);
}

function failedIn(more: object, history: History): Notification {
  const failed = judged('BUILD_ERROR', BUILT, services('BUILD_ERROR', 'CANCELLED', NPM_ERROR), more);
  return withHistory(failed, history, 'Look at the logs of web-api in Flightcontrol.');
}

const PREVIOUS_SUCCESS = { outcome: 'SUCCEEDED' as const, ...LAST_SUCCESS };

/** Deployments of an environment with a history. */
export const HISTORY_NOTIFICATIONS = {
  FIRST: withHistory(NOTIFICATIONS.SUCCEEDED, { trend: 'first' }),
  HEALTHY: withHistory(NOTIFICATIONS.SUCCEEDED, {
    trend: 'healthy',
    usualSeconds: 340,
    previous: PREVIOUS_SUCCESS,
    lastSuccess: LAST_SUCCESS,
  }),
  BROKE: failedIn(
    {},
    {
      trend: 'broke',
      failuresInARow: 1,
      usualSeconds: 340,
      previous: PREVIOUS_SUCCESS,
      lastSuccess: LAST_SUCCESS,
    },
  ),
  THIRD_FAILURE: failedIn({}, THIRD_FAILURE),
  RECOVERED: withHistory(NOTIFICATIONS.SUCCEEDED, { ...THIRD_FAILURE, trend: 'recovered' }),
} as const;

/** The third failure where a link or the command differs. */
export const THIRD_FAILURES = {
  ON_GITLAB: failedIn({ repoUrl: 'git@gitlab.com:flightcontrolhq/demo/web-api.git' }, THIRD_FAILURE),
  ON_BITBUCKET: failedIn({ repoUrl: 'https://bitbucket.org/flightcontrolhq/demo-web-api' }, THIRD_FAILURE),
  ELSEWHERE: failedIn({ repoUrl: 'https://git.example.com/demo-web-api' }, THIRD_FAILURE),
  OF_PREVIEW: failedIn(
    { isPreviewEnvironment: true, environmentGivenId: 'pr-12', gitBranch: 'faster-checkout' },
    { ...THIRD_FAILURE, lastSuccess: { ...LAST_SUCCESS, branch: 'faster-checkout' } },
  ),
  OF_UNSAFE_BRANCH: failedIn(
    { gitBranch: '$(reboot)' },
    { ...THIRD_FAILURE, lastSuccess: { ...LAST_SUCCESS, branch: '$(reboot)' } },
  ),
  OF_SAME_COMMIT: failedIn(
    {},
    { ...THIRD_FAILURE, lastSuccess: { ...LAST_SUCCESS, commit: '01e573f2198f120f66b08621fde0256874d0c24d' } },
  ),
} as const;
