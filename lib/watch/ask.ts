import { ApiKeyError } from '../flightcontrol/api-key';
import { FlightcontrolError, type GetDeployment } from '../flightcontrol/client';
import type { Deployment } from '../flightcontrol/deployment';
import type { ProblemKind } from './outage';

/** Why there is no deployment to judge. */
export interface Problem {
  readonly kind: ProblemKind;
  /** What was tried and what came back; never holds the key. */
  readonly message: string;
  /** How long the API asks to wait after a 429, in whole seconds. */
  readonly retryAfterSeconds?: number | undefined;
}

export type Answer = { readonly deployment: Deployment } | { readonly problem: Problem };

/**
 * Reads the API key; `fresh` reads it again even if it is cached.
 *
 * @throws ApiKeyError
 */
export type ReadKey = (options: { readonly fresh: boolean }) => Promise<string>;

export interface AskDependencies {
  readonly readKey: ReadKey;
  readonly getDeployment: GetDeployment;
}

/** Asks the API for a deployment. A problem is a value; only a bug of ours is thrown. */
export async function askFlightcontrol(deploymentId: string, dependencies: AskDependencies): Promise<Answer> {
  try {
    return { deployment: await getWithCurrentKey(deploymentId, dependencies) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** A refused key is read again at once, so that a rotated key goes unnoticed. */
async function getWithCurrentKey(deploymentId: string, dependencies: AskDependencies): Promise<Deployment> {
  const { readKey, getDeployment } = dependencies;
  const key = await readKey({ fresh: false });
  try {
    return await getDeployment(key, deploymentId);
  } catch (error) {
    if (!(error instanceof FlightcontrolError) || error.problem !== 'key refused') throw error;
    return getDeployment(await readKey({ fresh: true }), deploymentId);
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof ApiKeyError) {
    const kind = error.problem === 'unavailable' ? 'secret unavailable' : 'key unusable';
    return { kind, message: error.message };
  }
  if (error instanceof FlightcontrolError) {
    return { kind: error.problem, message: error.message, retryAfterSeconds: error.retryAfterSeconds };
  }
  throw error;
}
