import { setTimeout as sleep } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createKeyReader } from '../lib/aws/api-key-secret';
import { DEFAULT_TIMEOUT_MINUTES, POLL_ENVIRONMENT } from '../lib/contract/names';
import { type ApiGeneration, DEFAULT_API_BASE_URLS, parseApiBaseUrl } from '../lib/flightcontrol/api-base-url';
import { DEFAULT_REQUEST_TIMEOUT_MS, getDeployment } from '../lib/flightcontrol/client';
import { DEFAULT_PACING, type Pacing } from '../lib/watch/pacing';
import { type PollDependencies, type PollEvent, poll } from '../lib/watch/poll';

/** The function's environment, with defaults where the stack sets nothing. */
export function readPollEnvironment(
  env: NodeJS.ProcessEnv,
  timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS,
): Pick<PollDependencies, 'getDeployment' | 'settings'> {
  const api = (env[POLL_ENVIRONMENT.api] ?? 'legacy') as ApiGeneration;
  const baseUrl = parseApiBaseUrl(env[POLL_ENVIRONMENT.apiBaseUrl] ?? DEFAULT_API_BASE_URLS[api]);
  const pacing = JSON.parse(env[POLL_ENVIRONMENT.pacing] ?? '{}') as Partial<Pacing>;
  return {
    getDeployment: (apiKey, deploymentId) => getDeployment({ api, baseUrl, fetch, timeoutMs }, apiKey, deploymentId),
    settings: {
      timeoutMinutes: Number(env[POLL_ENVIRONMENT.timeoutMinutes] ?? DEFAULT_TIMEOUT_MINUTES),
      pacing: { ...DEFAULT_PACING, ...pacing },
    },
  };
}

function createDependencies(): PollDependencies {
  // Three attempts of 5 s; the function's time-out has room for two such reads.
  const client = new SecretsManagerClient({
    maxAttempts: 3,
    requestHandler: { requestTimeout: 5_000, connectionTimeout: 2_000, throwOnRequestTimeout: true },
  });
  const now = () => new Date();
  const secretArn = process.env[POLL_ENVIRONMENT.apiKeySecretArn] ?? '';
  return {
    ...readPollEnvironment(process.env),
    readKey: createKeyReader(client, secretArn, now),
    now,
    sleep: (milliseconds) => sleep(milliseconds),
    random: Math.random,
    warn: (message) => console.warn(message),
    // The dashboard counts these lines.
    onLook: (answer, execution) => console.info({ message: 'look', answer, execution }),
    keyHolder: `the secret ${secretArn}`,
  };
}

let dependencies: PollDependencies | undefined;

/** Lambda's entry. */
export async function handler(event: PollEvent) {
  dependencies ??= createDependencies();
  return poll(event, dependencies);
}
