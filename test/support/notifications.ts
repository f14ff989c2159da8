import type { Outcome } from '../../lib/contract/outcomes';
import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { readDeployment, summarise } from '../../lib/flightcontrol/deployment';
import { deploymentJson, type ServiceJson } from '../../lib/local/flightcontrol-server';
import type { Notification } from '../../lib/notification/notification';
import { judge } from '../../lib/watch/judge';
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

function judged(status: string, list: ServiceJson[]): Notification {
  const deployment = readDeployment(deploymentJson(ID, status, list));
  const previous = judge(readDeployment(deploymentJson(ID, 'INPROGRESS', list)), { ...CONTEXT, timeoutMinutes: 120 });
  const { notification } = judge(deployment, { ...CONTEXT, previous });
  if (notification === null) throw new Error(`${status} is no end`);
  return notification;
}

function watchFailed(): Notification {
  const seen = readDeployment(deploymentJson(ID, 'BUILDING'));
  const previous = { ...judge(seen, { ...CONTEXT, timeoutMinutes: 120 }), deployment: summarise(seen) };
  const failure = {
    reason: `Flightcontrol refused the API key: GET /api/deployments/${ID}: 401.`,
    nextStep: 'Create a new key in Flightcontrol and put it into the secret flightcontrol; then start the watch again.',
  };
  return failWatch(ID, { ...CONTEXT, previous }, failure).notification;
}

/** One of each outcome, as real deployments make them. */
export const NOTIFICATIONS: Readonly<Record<Outcome, Notification>> = {
  SUCCEEDED: judged('SUCCESS', services('SUCCESS', 'NO_CHANGE')),
  FAILED: judged('BUILD_ERROR', services('BUILD_ERROR', 'CANCELLED', NPM_ERROR)),
  CANCELLED: judged('CANCELLED', services('CANCELLED', 'CANCELLED')),
  TIMED_OUT: judged('DEPLOYING', services('DEPLOYING', 'SUCCESS')),
  WATCH_FAILED: watchFailed(),
};
