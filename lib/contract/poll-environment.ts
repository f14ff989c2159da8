import { API_GENERATIONS, type ApiGeneration, DEFAULT_API_GENERATION } from './api-generations';
import { EnvironmentError, type ProcessVariables, readVariable, type Variables } from './variables';

/** Which API is asked. */
export interface ApiSettings {
  readonly api: ApiGeneration;
  /** @default - by `api` */
  readonly apiBaseUrl?: string | undefined;
}

export const DEFAULT_API_SETTINGS: ApiSettings = { api: DEFAULT_API_GENERATION };

export interface PollEnvironment extends ApiSettings {
  readonly apiKeySecretArn: string;
}

const POLL = {
  apiKeySecretArn: 'API_KEY_SECRET_ARN',
  api: 'FLIGHTCONTROL_API',
  apiBaseUrl: 'FLIGHTCONTROL_API_BASE_URL',
} as const;

/** The environment of the poll function. */
export const pollEnvironment = { encode: encodePollEnvironment, decode: decodePollEnvironment };

function encodePollEnvironment({ apiKeySecretArn, api, apiBaseUrl }: PollEnvironment): Variables {
  return {
    [POLL.apiKeySecretArn]: apiKeySecretArn,
    [POLL.api]: api,
    ...(apiBaseUrl !== undefined && { [POLL.apiBaseUrl]: apiBaseUrl }),
  };
}

/** @throws EnvironmentError */
function decodePollEnvironment(variables: ProcessVariables): PollEnvironment {
  return {
    apiKeySecretArn: readVariable(variables, POLL.apiKeySecretArn),
    api: readApiGeneration(variables),
    apiBaseUrl: variables[POLL.apiBaseUrl],
  };
}

function readApiGeneration(variables: ProcessVariables): ApiGeneration {
  const value = readVariable(variables, POLL.api);
  const generation = API_GENERATIONS.find((known) => known === value);
  if (generation !== undefined) return generation;
  const expected = API_GENERATIONS.join(' or ');
  throw new EnvironmentError(`The environment variable ${POLL.api} holds "${value}", expected ${expected}.`);
}
