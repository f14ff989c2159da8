import * as v from 'valibot';
import { withoutUndefined } from '../objects';
import { cutMiddle, oneLine } from '../text';
import { readErrorText } from './error-text';

/** A deployment as the API describes it, with cleaned texts. Fields that the API leaves out are left out here, too. */
export interface Deployment {
  readonly deploymentId: string;
  /** One of the twelve documented statuses, or a new one. */
  readonly status: string;
  /** ISO 8601, UTC. */
  readonly createdAt?: string;
  readonly environment: { readonly id?: string; readonly givenId?: string };
  readonly repository: { readonly url?: string; readonly branch?: string; readonly commit?: string };
  readonly services: readonly ServiceDeployment[];
}

export interface ServiceDeployment {
  readonly name?: string;
  readonly givenId?: string;
  readonly type?: string;
  readonly status?: string;
  /** Readable text; may have several lines. */
  readonly error?: string;
}

/** What is known of a deployment beyond its status and services. */
export type DeploymentSummary = Pick<Deployment, 'environment' | 'repository' | 'createdAt'>;

/** No name, branch or status is longer than this in a message. */
const MAX_FIELD_CHARACTERS = 200;

const requiredText = v.pipe(v.string(), v.transform(readField), v.nonEmpty());

/** Text, or undefined for anything else that the API may send. */
const optionalText = v.fallback(
  v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => readField(text) || undefined),
    ),
  ),
  undefined,
);

const serviceSchema = v.object({ serviceName: optionalText, serviceGivenId: optionalText, type: optionalText });

const serviceDeploymentSchema = v.object({
  service: v.fallback(v.optional(serviceSchema, {}), {}),
  status: optionalText,
  // Any JSON, or absent.
  error: v.optional(v.unknown()),
});

/** Only `deploymentId` and `status` are promised. Source: Flightcontrol docs, Get Deployment Information API. */
const deploymentSchema = v.object({
  deploymentId: requiredText,
  status: requiredText,
  createdAt: optionalText,
  environmentId: optionalText,
  environmentGivenId: optionalText,
  repoUrl: optionalText,
  gitBranch: optionalText,
  gitCommit: optionalText,
  serviceDeployments: v.fallback(v.array(v.unknown()), []),
});

/**
 * Reads the API's answer.
 *
 * @throws Error that names the field that cannot be read; it quotes nothing of the answer.
 */
export function readDeployment(answer: unknown): Deployment {
  const result = v.safeParse(deploymentSchema, answer);
  if (!result.success) throw new Error(problemOf(result.issues[0]));
  const { output } = result;
  return withoutUndefined({
    deploymentId: output.deploymentId,
    status: output.status,
    createdAt: readTime(output.createdAt),
    environment: withoutUndefined({ id: output.environmentId, givenId: output.environmentGivenId }),
    repository: withoutUndefined({
      url: withoutCredentials(output.repoUrl),
      branch: output.gitBranch,
      commit: output.gitCommit,
    }),
    services: output.serviceDeployments.flatMap(readServiceDeployment),
  });
}

export function summarise({ environment, repository, createdAt }: Deployment): DeploymentSummary {
  return withoutUndefined({ environment, repository, createdAt });
}

function readServiceDeployment(value: unknown): ServiceDeployment[] {
  const result = v.safeParse(serviceDeploymentSchema, value);
  if (!result.success) return [];
  const { service, status, error } = result.output;
  return [
    withoutUndefined({
      name: service.serviceName,
      givenId: service.serviceGivenId,
      type: service.type,
      status,
      error: readErrorText(error),
    }),
  ];
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue);
  return field === null
    ? `expected a JSON object, got ${issue.received.slice(0, 40).startsWith('"') ? 'text' : issue.received.slice(0, 40)}`
    : `expected text in the field ${field}, got ${issue.received.startsWith('"') ? 'other text' : issue.received}`;
}

function readField(text: string): string {
  return cutMiddle(oneLine(text), MAX_FIELD_CHARACTERS);
}

/** `2023-01-09 22:10:02.381` has no time zone and means UTC; ISO 8601 is read as it is. */
function readTime(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const hasZone = /(z|[+-]\d\d:?\d\d)$/i.test(text);
  const time = new Date(hasZone ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** A repository's address may hold a token, and it is sent by e-mail. */
function withoutCredentials(url: string | undefined): string | undefined {
  return url?.replace(/^([a-z+]+:\/\/)[^/@]*:?[^/@]*@/i, (_, scheme: string) =>
    scheme.startsWith('ssh') ? `${scheme}git@` : scheme,
  );
}
