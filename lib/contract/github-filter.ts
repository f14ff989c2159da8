/** Which of the deployments that GitHub announces are watched. */
export interface GitHubFilter {
  /** Patterns of environments' given ids; `*` stands for any text. */
  readonly environments: readonly string[];
  /** Whether preview environments are watched. */
  readonly previewEnvironments: boolean;
}

export const DEFAULT_GITHUB_FILTER: GitHubFilter = { environments: ['*'], previewEnvironments: true };

export const MAX_ENVIRONMENTS = 50;

/** What a pattern of `environments` may be. It has none of the other characters that `matcher` gives a meaning. */
export const ENVIRONMENT_PATTERN_FORM = '1 to 64 of A-Z a-z 0-9 _ . - *';
export const ENVIRONMENT_PATTERN = /^[\w.*-]{1,64}$/;
