import type { PollEnvironment } from '../contract/poll-environment';
import { createClient, FlightcontrolError } from '../flightcontrol/client';
import { checkKey, isFromElsewhere } from '../flightcontrol/key-check';
import { UnknownOutcomeError, UsageError } from './errors';

const NOTHING_STORED = 'Nothing was stored.';
const NEW_KEY = 'Create a new API key in Flightcontrol.';

/** Another generation of the API may have taken the place of this one. */
const SET_V1 = ' If Flightcontrol has retired its legacy API, set the setting api to v1, and deploy again.';

/**
 * Checks a key before it is stored: with one request, to the API that the deployed poll function asks.
 *
 * @param check a deployment that the key must be able to read; false leaves the check out. @default - no deployment
 * @returns what there is to say about the key
 * @throws UsageError, UnknownOutcomeError
 */
export function checkBeforeStoring(
  apiKey: string,
  check: string | false | undefined,
  settings: PollEnvironment,
): Promise<string> | string {
  if (check === false) return 'The key was not checked.';
  return check === undefined ? askForNothing(apiKey, settings) : readDeployment(apiKey, check, settings);
}

async function askForNothing(apiKey: string, settings: PollEnvironment): Promise<string> {
  const { result, said, isFromElsewhere: fromElsewhere } = await checkKey({ ...settings, fetch }, apiKey);
  if (result === 'accepted') {
    return `The API accepted the key, as far as can be told: ${said}. To be sure, pass a deployment's id with --check.`;
  }
  if (result === 'refused') throw refused(said);
  throw unknown(said, fromElsewhere, settings);
}

/** Asks the API once, as the poll function does. */
async function readDeployment(apiKey: string, deploymentId: string, settings: PollEnvironment): Promise<string> {
  try {
    const { status } = await createClient({ ...settings, fetch })(apiKey, deploymentId);
    return `The key works: deployment ${deploymentId} is ${status}.`;
  } catch (error) {
    if (error instanceof FlightcontrolError) throw explain(error, settings);
    throw error;
  }
}

function explain(error: FlightcontrolError, settings: PollEnvironment): Error {
  const { problem, message } = error;
  if (problem === 'key refused') return refused(message);
  if (problem !== 'not found' || isFromElsewhere(error)) return unknown(message, isFromElsewhere(error), settings);
  return new UsageError(
    `The key could not be checked: ${message}. ${NOTHING_STORED} Check the deployment's id, and that the key belongs to its organisation.`,
  );
}

function unknown(said: string, fromElsewhere: boolean, { api }: PollEnvironment): UnknownOutcomeError {
  const advice = fromElsewhere && api === 'legacy' ? SET_V1 : '';
  return new UnknownOutcomeError(
    `The key could not be checked: ${said}. ${NOTHING_STORED}${advice} Try again later, or store it unchecked with --no-check.`,
  );
}

function refused(said: string): UsageError {
  return new UsageError(`Flightcontrol refused the key: ${said}. ${NOTHING_STORED} ${NEW_KEY}`);
}
