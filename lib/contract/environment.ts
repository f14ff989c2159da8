import type { GitHubFilter } from './github-filter';
import { type ProcessVariables, textVariables, type Variables } from './variables';

/** The environment of the function that starts watches. */
export const startEnvironment = textVariables({ stateMachineArn: 'STATE_MACHINE_ARN' });

/** The environment of the webhook receiver; the name is the value of the metrics' dimension `service`. */
export const receiverEnvironment = textVariables({
  secretArn: 'GITHUB_WEBHOOK_SECRET_ARN',
  eventBusName: 'EVENT_BUS_NAME',
  eventSource: 'EVENT_SOURCE',
  stateMachineName: 'STATE_MACHINE_NAME',
});

const FILTER = textVariables({
  environments: 'GITHUB_ENVIRONMENTS',
  previewEnvironments: 'GITHUB_PREVIEW_ENVIRONMENTS',
});

/** The environment of the functions that read events of GitHub, beside their own. */
export const gitHubFilterEnvironment = { encode: encodeGitHubFilter, decode: decodeGitHubFilter };

function encodeGitHubFilter({ environments, previewEnvironments }: GitHubFilter): Variables {
  return FILTER.encode({ environments: environments.join(','), previewEnvironments: String(previewEnvironments) });
}

/** @throws EnvironmentError */
function decodeGitHubFilter(variables: ProcessVariables): GitHubFilter {
  const { environments, previewEnvironments } = FILTER.decode(variables);
  return { environments: environments.split(','), previewEnvironments: previewEnvironments === 'true' };
}

/** The environment of the function that reports broken watches. */
export const reportEnvironment = textVariables({
  watchStateMachineArn: 'WATCH_STATE_MACHINE_ARN',
  reportStateMachineArn: 'REPORT_STATE_MACHINE_ARN',
});

/** The environment of the function that records outcomes; the name is the value of the metrics' dimension `service`. */
export const recordEnvironment = textVariables({ stateMachineName: 'STATE_MACHINE_NAME' });

const HISTORY_TABLE_NAME = 'HISTORY_TABLE_NAME';

/** Where the history is, in the environment of the functions that read or write it; nothing without a history. */
export const historyEnvironment = {
  encode: (tableName: string | undefined): Variables =>
    tableName === undefined ? {} : { [HISTORY_TABLE_NAME]: tableName },
  decode: (variables: ProcessVariables): string | undefined => variables[HISTORY_TABLE_NAME] || undefined,
};
