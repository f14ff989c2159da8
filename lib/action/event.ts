import { readFileSync } from 'node:fs';
import { UsageError } from '../cli/errors';
import type { Terminal } from '../cli/terminal';
import { type GitHubEvent, readGitHubEvent } from '../flightcontrol/github-event';
import { messageOf, showValue } from '../text';

const EVENTS: readonly (string | undefined)[] = ['deployment', 'deployment_status'];

/**
 * Reads the event that started the job.
 *
 * @throws UsageError if it is not about a deployment
 */
export function readEvent({ env }: Terminal): GitHubEvent {
  const { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path } = env;
  if (!EVENTS.includes(name)) {
    throw new UsageError(
      `There is no deployment to watch: the event that started this job is ${showValue(name)}, expected deployment or deployment_status. Otherwise set deploy-hook-url or deployment-id.`,
    );
  }
  return readGitHubEvent(readJson(path ?? ''), new Date());
}

/** The error of JSON.parse would quote the file. */
function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('The file of the event in GITHUB_EVENT_PATH is not valid JSON.');
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`The file of the event in GITHUB_EVENT_PATH cannot be read: ${messageOf(error)}.`);
  }
}
