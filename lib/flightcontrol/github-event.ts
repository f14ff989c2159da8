import { oneLine } from '../text';
import { isDeploymentId } from './deployment-id';

/** What a `deployment` or `deployment_status` event of GitHub means to Flightwatch. */
export type GitHubEvent =
  | {
      readonly kind: 'deployment';
      readonly deploymentId: string;
      /** The environment's given id. */
      readonly environment?: string;
      readonly isPreview?: boolean;
    }
  /** Not Flightcontrol's, or about a deployment that is over. */
  | { readonly kind: 'foreign' }
  /** Flightcontrol's by its marks, but without a usable id. Only names of keys, so that a log may show them. */
  | { readonly kind: 'without id'; readonly keys: readonly string[] };

type Fields = Readonly<Record<string, unknown>>;

/** Only Flightcontrol's payloads are known to have these. */
const MARKS = ['environmentGivenId', 'serviceDeployments'];

const SHOWN_KEY = /^\w{1,40}$/;
const MAX_SHOWN_KEYS = 20;
const MAX_ENVIRONMENT_CHARACTERS = 128;

/** Step Functions frees the name that keeps a watch single 90 days after the watch; no deployment takes this long. */
const MAX_AGE_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

const FOREIGN: GitHubEvent = { kind: 'foreign' };

/**
 * Reads the body of GitHub's events `deployment` and `deployment_status`, whose payload holds Flightcontrol's data.
 * Source: Flightcontrol docs, Using GitHub Actions Deployment Events.
 *
 * @param body anything: a stranger may have written it
 */
export function readGitHubEvent(body: unknown, now: Date = new Date()): GitHubEvent {
  const event = fieldsOf(body);
  const gitHubDeployment = fieldsOf(event.deployment);
  // GitHub sends `inactive` for the deployment that a newer one replaces.
  if (fieldsOf(event.deployment_status).state === 'inactive') return FOREIGN;
  if (isOld(gitHubDeployment.created_at, now)) return FOREIGN;
  return readPayload(fieldsOf(parseText(gitHubDeployment.payload)));
}

function readPayload(payload: Fields): GitHubEvent {
  const deployment = fieldsOf(payload.deployment);
  const deploymentId = [deployment.deploymentId, deployment.id, payload.deploymentId].find(isDeploymentId);
  if (deploymentId !== undefined) {
    const { environmentGivenId, isPreviewEnvironment } = { ...payload, ...deployment } as Fields;
    return { kind: 'deployment', deploymentId, ...readEnvironment(environmentGivenId, isPreviewEnvironment) };
  }
  const hasMarks = MARKS.some((mark) => mark in deployment || mark in payload);
  return hasMarks ? { kind: 'without id', keys: showableKeys(deployment, payload) } : FOREIGN;
}

function readEnvironment(givenId: unknown, preview: unknown): { environment?: string; isPreview?: boolean } {
  const environment = typeof givenId === 'string' ? readText(givenId) : '';
  const isPreview = typeof preview === 'string' ? BOOLEANS[preview] : preview;
  return { ...(environment && { environment }), ...(typeof isPreview === 'boolean' && { isPreview }) };
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Cut before it is cleaned, too: it may be as long as a body. */
function readText(text: string): string {
  return oneLine(text.slice(0, 10 * MAX_ENVIRONMENT_CHARACTERS)).slice(0, MAX_ENVIRONMENT_CHARACTERS);
}

function showableKeys(...objects: readonly Fields[]): string[] {
  const keys = new Set(objects.flatMap(Object.keys).filter((key) => SHOWN_KEY.test(key)));
  return [...keys].slice(0, MAX_SHOWN_KEYS);
}

/** A time that is missing or cannot be read counts as recent. */
function isOld(createdAt: unknown, now: Date): boolean {
  const time = typeof createdAt === 'string' ? Date.parse(createdAt) : Number.NaN;
  return now.getTime() - time > MAX_AGE_MILLISECONDS;
}

/** GitHub keeps a payload as it was given: as an object, or as a text. */
function parseText(payload: unknown): unknown {
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
