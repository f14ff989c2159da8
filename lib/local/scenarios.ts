import {
  type Addresses,
  type Answer,
  addV1Fields,
  deploymentJson,
  type Request,
  type ServiceJson,
} from './flightcontrol-server';

/** A deployment that the embedded Flightcontrol API plays. */
export interface Scenario {
  readonly summary: string;
  readonly timeoutMinutes?: number;
  /** The key that the watch uses; the embedded API refuses `refused-key`. */
  readonly apiKey?: string;
  readonly answer: (request: Request, secondsSinceStart: number) => Answer;
}

/** Deployments of one environment, one after the other. */
export interface Sequence {
  readonly summary: string;
  readonly scenarios: readonly Scenario[];
}

interface Phase {
  /** Seconds after the start. */
  readonly from: number;
  readonly status: string;
  readonly services: readonly ServiceJson[];
}

const NPM_ERROR = [
  [
    {
      type: 'BUILD_ERROR',
      message: 'npm ERR! Missing script: "build"\nnpm ERR! A complete log of this run is in /root/.npm/_logs',
    },
  ],
];

const PREPARATION = [
  phase(0, 'PENDING', ['web-api', 'PENDING'], ['worker', 'PENDING']),
  phase(10, 'INPROGRESS', ['web-api', 'PENDING'], ['worker', 'PENDING']),
  phase(22, 'BUILDING', ['web-api', 'BUILDING'], ['worker', 'PENDING_DEPENDENCY']),
];

const DEPLOYMENT = [
  ...PREPARATION,
  phase(95, 'BUILDING', ['web-api', 'DEPLOYING'], ['worker', 'BUILDING']),
  phase(140, 'DEPLOYING', ['web-api', 'DEPLOYING'], ['worker', 'DEPLOYING']),
];

const SUCCESS = [...DEPLOYMENT, phase(215, 'SUCCESS', ['web-api', 'SUCCESS'], ['worker', 'SUCCESS'])];

const BUILD_FAILURE = [
  ...PREPARATION,
  phase(80, 'BUILD_ERROR', ['web-api', 'BUILD_ERROR', NPM_ERROR], ['worker', 'CANCELLED']),
];

const ADDRESSES = { 'web-api': 'https://api.example.com' };

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  success: {
    summary: 'two services are built and deployed, one of them has an address',
    answer: play(SUCCESS, ADDRESSES),
  },
  'build-error': {
    summary: 'the build of one service fails, the other is cancelled',
    answer: play(BUILD_FAILURE),
  },
  'deploy-error': {
    summary: 'a service never becomes healthy',
    answer: play([
      ...DEPLOYMENT,
      phase(
        200,
        'DEPLOY_ERROR',
        ['web-api', 'SUCCESS'],
        ['worker', 'DEPLOY_ERROR', 'Health check failed: GET /health: 502'],
      ),
    ]),
  },
  cancelled: {
    summary: 'a newer push cancels the deployment',
    answer: play([...PREPARATION, phase(60, 'CANCELLED', ['web-api', 'CANCELLED'], ['worker', 'CANCELLED'])]),
  },
  'no-change': {
    summary: 'there is nothing to deploy',
    answer: play([
      ...PREPARATION.slice(0, 2),
      phase(20, 'NO_CHANGE', ['web-api', 'NO_CHANGE'], ['worker', 'NO_CHANGE']),
    ]),
  },
  'not-found-at-first': {
    summary: 'the API does not know the deployment yet, for 20 seconds',
    answer: (request, seconds) => (seconds < 20 ? notFound() : play(SUCCESS)(request, seconds)),
  },
  unknown: { summary: 'there is no such deployment', answer: notFound },
  'api-down': {
    summary: 'the API answers 502 for two minutes',
    answer: (request, seconds) => (seconds > 30 && seconds < 150 ? badGateway : play(SUCCESS)(request, seconds)),
  },
  'api-down-for-good': {
    summary: 'the API stops answering and does not come back',
    answer: (request, seconds) => (seconds > 30 ? badGateway : play(SUCCESS)(request, seconds)),
  },
  throttled: {
    summary: 'the API asks to be left alone for 45 seconds',
    answer: (request, seconds) =>
      seconds > 30 && seconds < 75
        ? { status: 429, headers: { 'retry-after': '45' }, json: { error: 'Too many requests' } }
        : play(SUCCESS)(request, seconds),
  },
  'key-refused': {
    summary: 'the API refuses the key',
    apiKey: 'refused-key',
    answer: () => ({ status: 401, json: { error: 'Invalid API key' } }),
  },
  'time-up': {
    summary: 'the deployment takes longer than the watch may',
    timeoutMinutes: 3,
    answer: play(PREPARATION),
  },
};

export const SEQUENCES: Readonly<Record<string, Sequence>> = {
  recovered: {
    summary: 'four deployments: one succeeds, two fail, and one succeeds again',
    scenarios: [
      { summary: 'the last good deployment', answer: play(SUCCESS, ADDRESSES, commitOf('01e573f2')) },
      { summary: 'a build fails', answer: play(BUILD_FAILURE, ADDRESSES, commitOf('8badf00d')) },
      { summary: 'the next build fails, too', answer: play(BUILD_FAILURE, ADDRESSES, commitOf('deadbeef')) },
      { summary: 'the build is repaired', answer: play(SUCCESS, ADDRESSES, commitOf('c0ffee00')) },
    ],
  },
};

/** A hash of 40 digits. */
function commitOf(digits: string): string {
  return digits.repeat(5);
}

function phase(from: number, status: string, ...services: [name: string, status: string, error?: unknown][]): Phase {
  return {
    from,
    status,
    services: services.map(([name, serviceStatus, error]) => ({ name, status: serviceStatus, error })),
  };
}

function play(phases: readonly Phase[], addresses?: Addresses, commit?: string): Scenario['answer'] {
  return ({ deploymentId }, seconds) => {
    const current = phases.findLast(({ from }) => from <= seconds);
    const startedAt = new Date(Date.now() - seconds * 1000).toISOString();
    const json = deploymentJson(deploymentId, current?.status ?? 'PENDING', current?.services);
    return {
      json: {
        ...(addresses === undefined ? json : addV1Fields(json, addresses)),
        ...(commit !== undefined && { gitCommit: commit }),
        createdAt: startedAt.replace('T', ' ').replace('Z', ''),
      },
    };
  };
}

function notFound(): Answer {
  return { status: 404, json: { error: 'Deployment not found' } };
}

const badGateway: Answer = (response) => {
  response.writeHead(502, { 'content-type': 'text/html' });
  response.end('<html><body><h1>502 Bad Gateway</h1></body></html>');
};
