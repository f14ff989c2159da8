import { API_GENERATIONS, type ApiGeneration, DEFAULT_API_GENERATION } from './api-generations';
import { DEFAULT_PACING, type Pacing } from './pacing';
import { DEFAULT_TIMEOUT_MINUTES } from './time-limit';
import { EnvironmentError, type ProcessVariables, readVariable, type Variables } from './variables';

/** The poll function's settings: which API it asks, how often, and for how long. */
export interface PollSettings {
  readonly api: ApiGeneration;
  /** @default - by `api` */
  readonly apiBaseUrl?: string | undefined;
  readonly timeoutMinutes: number;
  readonly pacing: Pacing;
}

export interface PollEnvironment extends PollSettings {
  readonly apiKeySecretArn: string;
}

const POLL = {
  apiKeySecretArn: 'API_KEY_SECRET_ARN',
  api: 'FLIGHTCONTROL_API',
  apiBaseUrl: 'FLIGHTCONTROL_API_BASE_URL',
  timeoutMinutes: 'TIMEOUT_MINUTES',
  pacing: 'PACING',
} as const;

export const DEFAULT_POLL_SETTINGS: PollSettings = {
  api: DEFAULT_API_GENERATION,
  timeoutMinutes: DEFAULT_TIMEOUT_MINUTES,
  pacing: DEFAULT_PACING,
};

/** The environment of the poll function. */
export const pollEnvironment = { encode: encodePollEnvironment, decode: decodePollEnvironment };

function encodePollEnvironment(environment: PollEnvironment): Variables {
  const { apiKeySecretArn, api, apiBaseUrl, timeoutMinutes, pacing } = environment;
  return {
    [POLL.apiKeySecretArn]: apiKeySecretArn,
    [POLL.api]: api,
    [POLL.timeoutMinutes]: String(timeoutMinutes),
    [POLL.pacing]: JSON.stringify(pacing),
    ...(apiBaseUrl !== undefined && { [POLL.apiBaseUrl]: apiBaseUrl }),
  };
}

/** @throws EnvironmentError */
function decodePollEnvironment(variables: ProcessVariables): PollEnvironment {
  return {
    apiKeySecretArn: readVariable(variables, POLL.apiKeySecretArn),
    api: readApiGeneration(variables),
    apiBaseUrl: variables[POLL.apiBaseUrl],
    timeoutMinutes: readMinutes(variables),
    pacing: readPacing(variables),
  };
}

function readApiGeneration(variables: ProcessVariables): ApiGeneration {
  const value = readVariable(variables, POLL.api);
  const generation = API_GENERATIONS.find((known) => known === value);
  if (generation !== undefined) return generation;
  throw unreadable(POLL.api, value, API_GENERATIONS.join(' or '));
}

function readMinutes(variables: ProcessVariables): number {
  const value = readVariable(variables, POLL.timeoutMinutes);
  if (/^\d+$/.test(value)) return Number(value);
  throw unreadable(POLL.timeoutMinutes, value, 'a whole number of minutes');
}

function readPacing(variables: ProcessVariables): Pacing {
  const value = readVariable(variables, POLL.pacing);
  try {
    return { ...DEFAULT_PACING, ...(JSON.parse(value) as Partial<Pacing>) };
  } catch {
    throw unreadable(POLL.pacing, value, 'a JSON object of seconds');
  }
}

function unreadable(name: string, value: string, expected: string): EnvironmentError {
  return new EnvironmentError(`The environment variable ${name} holds "${value}", expected ${expected}.`);
}
