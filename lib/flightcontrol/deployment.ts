import { withoutUndefined } from '../objects';
import { cutMiddle, kindOf, oneLine } from '../text';
import { readCreatedAt } from './created-at';
import { readErrorText } from './error-text';
import type { Redact } from './redact';
import { withoutCredentials } from './repository-url';
import { readServiceAddress } from './service-address';
import { failedFirst, type ServiceDeployment } from './services';

export type { ServiceDeployment };

/** A deployment as the API describes it, with cleaned texts. Fields that the API leaves out are left out here, too. */
export interface Deployment {
  readonly deploymentId: string;
  /** One of the twelve documented statuses, or a new one. */
  readonly status: string;
  /** ISO 8601, UTC. */
  readonly createdAt?: string;
  readonly project?: { readonly id: string };
  readonly environment: {
    readonly id?: string;
    readonly givenId?: string;
    /** True for the environment of a pull request. */
    readonly preview?: boolean;
  };
  readonly repository: { readonly url?: string; readonly branch?: string; readonly commit?: string };
  /** All of them; from the 1,001st on only with their status, and then the failed ones first. */
  readonly services: readonly ServiceDeployment[];
}

/** What is known of a deployment beyond its status and services. */
export type DeploymentSummary = Pick<Deployment, 'project' | 'environment' | 'repository' | 'createdAt'>;

/** No name, branch or status is longer than this in a message. */
const MAX_FIELD_CHARACTERS = 200;

/** No deployment has as many; an answer of 1 MiB could list 300,000, and their texts would take up the memory. */
const MAX_SERVICES_READ = 1000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the API's answer. Only `deploymentId` and `status` are promised.
 * Source: Flightcontrol docs, Get Deployment Information API.
 *
 * @param redact removes the key from a text, whichever way the API repeats it
 * @throws Error that names the field that cannot be read; it quotes nothing of the answer.
 */
export function readDeployment(answer: unknown, redact: Redact = (text) => text): Deployment {
  if (!isObject(answer)) throw new Error(`expected a JSON object, got ${kindOf(answer)}`);
  const read = (field: string) => readField(answer[field], redact);
  const projectId = read('projectId');
  return withoutUndefined({
    deploymentId: readRequired(answer, 'deploymentId', redact),
    status: readRequired(answer, 'status', redact),
    createdAt: readCreatedAt(read('createdAt')),
    project: projectId === undefined ? undefined : { id: projectId },
    environment: withoutUndefined({
      id: read('environmentId'),
      givenId: read('environmentGivenId'),
      preview: readBoolean(answer.isPreviewEnvironment),
    }),
    repository: withoutUndefined({
      url: readField(answer.repoUrl, (text) => redact(withoutCredentials(text) ?? '')),
      branch: read('gitBranch'),
      commit: read('gitCommit'),
    }),
    services: readServices(answer.serviceDeployments, redact),
  });
}

export function summarise({ project, environment, repository, createdAt }: Deployment): DeploymentSummary {
  return withoutUndefined({ project, environment, repository, createdAt });
}

/** Text, or undefined for anything else that the API may send. */
function readField(value: unknown, redact: Redact): string | undefined {
  if (typeof value !== 'string') return undefined;
  return cutMiddle(redact(oneLine(value)), MAX_FIELD_CHARACTERS) || undefined;
}

/** Also as a text, as the deploy hook's answer has it. */
function readBoolean(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

function readRequired(answer: Fields, field: string, redact: Redact): string {
  const text = readField(answer[field], redact);
  if (text !== undefined) return text;
  const received = typeof answer[field] === 'string' ? 'empty text' : kindOf(answer[field]);
  throw new Error(`expected text in the field ${field}, got ${received}`);
}

function readServices(list: unknown, redact: Redact): ServiceDeployment[] {
  const items = Array.isArray(list) ? list.filter(isObject) : [];
  if (items.length <= MAX_SERVICES_READ) return items.map((item) => readService(item, redact));
  const ordered = failedFirst(items);
  return [
    ...ordered.slice(0, MAX_SERVICES_READ).map((item) => readService(item, redact)),
    ...readStatuses(ordered.slice(MAX_SERVICES_READ), redact),
  ];
}

function readService(item: Fields, redact: Redact): ServiceDeployment {
  const service = isObject(item.service) ? item.service : {};
  return withoutUndefined({
    id: readField(service.serviceId || item.serviceId, redact),
    name: readField(service.serviceName, redact),
    givenId: readField(service.serviceGivenId, redact),
    type: readField(service.type, redact),
    url: readServiceAddress(service.serviceDomain || item.serviceDomain, redact),
    status: readField(item.status, redact),
    error: readErrorText(item.error, redact),
  });
}

/** One object for all services of a status: they are only counted. */
function readStatuses(items: readonly Fields[], redact: Redact): ServiceDeployment[] {
  const known = new Map<unknown, ServiceDeployment>();
  return items.map(({ status }) => {
    const service = known.get(status) ?? withoutUndefined({ status: readField(status, redact) });
    known.set(status, service);
    return service;
  });
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
