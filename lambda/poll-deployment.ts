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
import { type PollDependencies, type PollEvent, poll } from '../lib/watch/poll';

let dependencies: PollDependencies | undefined;

/** Lambda's entry. */
export async function handler(event: PollEvent) {
  dependencies ??= createDependencies();
  return poll(event, dependencies);
}

function createDependencies(): PollDependencies {
  const { apiKeySecretArn, ...api } = pollEnvironment.decode(process.env);
  const secrets = new SecretsManagerClient({
    maxAttempts: SECRET_CALL.attempts,
    requestHandler: timeOutAfter(SECRET_CALL.secondsPerAttempt),
  });
  const tableName = historyEnvironment.decode(process.env);
  const now = () => new Date();
  return {
    getDeployment: createClient({ ...api, fetch }),
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
