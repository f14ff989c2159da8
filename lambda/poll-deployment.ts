import { setTimeout as sleep } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createKeyReader } from '../lib/aws/api-key-reader';
import { timeOutAfter } from '../lib/aws/clients';
import { createVerdictReader } from '../lib/aws/verdict-reader';
import { SECRET_CALL } from '../lib/contract/call-limits';
import { historyEnvironment } from '../lib/contract/environment';
import { lookLine } from '../lib/contract/log-lines';
import { pollEnvironment } from '../lib/contract/poll-environment';
import { createClient } from '../lib/flightcontrol/client';
import { checkKey } from '../lib/flightcontrol/key-check';
import { type PollDependencies, type PollEvent, poll } from '../lib/watch/poll';
import { isProbeEvent, type ProbeDependencies, type ProbeEvent, probe } from '../lib/watch/probe';

type Dependencies = PollDependencies & ProbeDependencies;

let dependencies: Dependencies | undefined;

/** Lambda's entry. */
export async function handler(event: PollEvent | ProbeEvent) {
  dependencies ??= createDependencies();
  return isProbeEvent(event) ? probe(dependencies) : poll(event, dependencies);
}

function createDependencies(): Dependencies {
  const { apiKeySecretArn, ...api } = pollEnvironment.decode(process.env);
  const secrets = new SecretsManagerClient({
    maxAttempts: SECRET_CALL.attempts,
    requestHandler: timeOutAfter(SECRET_CALL.secondsPerAttempt),
  });
  const tableName = historyEnvironment.decode(process.env);
  const now = () => new Date();
  return {
    getDeployment: createClient({ ...api, fetch }),
    checkKey: (apiKey) => checkKey({ ...api, fetch }, apiKey),
    readKey: createKeyReader(secrets, apiKeySecretArn, now),
    now,
    sleep: (milliseconds) => sleep(milliseconds),
    random: Math.random,
    warn: (message) => console.warn(message),
    onLook: (answer, executionArn) => console.info(lookLine(answer, executionArn)),
    keyLocation: `the secret ${apiKeySecretArn}`,
    readVerdicts: tableName === undefined ? undefined : createVerdictReader(tableName),
  };
}
