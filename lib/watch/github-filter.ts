import { isMatch } from 'matcher';
import type { GitHubFilter } from '../contract/github-filter';
import { type GitHubEvent, readGitHubEvent } from '../flightcontrol/github-event';

/** What becomes of an event of GitHub: `filtered` is a deployment that the settings leave out. */
export type GitHubDecision = GitHubEvent | { readonly kind: 'filtered'; readonly deploymentId: string };

/** @param body of the events `deployment` and `deployment_status`; anything: a stranger may have written it */
export function decideGitHubEvent(body: unknown, filter: GitHubFilter, now: Date): GitHubDecision {
  const event = readGitHubEvent(body, now);
  if (event.kind !== 'deployment' || isWatched(event, filter)) return event;
  return { kind: 'filtered', deploymentId: event.deploymentId };
}

/** An environment that the event does not name is watched: a notification too many is better than none. */
function isWatched(event: GitHubEvent & { readonly kind: 'deployment' }, filter: GitHubFilter): boolean {
  const { environment, isPreview = false } = event;
  if (isPreview && !filter.previewEnvironments) return false;
  return environment === undefined || isMatch(environment, filter.environments, { caseSensitive: true });
}
