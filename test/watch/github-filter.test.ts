import { performance } from 'node:perf_hooks';
import { DEFAULT_GITHUB_FILTER, type GitHubFilter } from '../../lib/contract/github-filter';
import { decideGitHubEvent } from '../../lib/watch/github-filter';

function decide(deployment: object, filter: Partial<GitHubFilter> = {}): string {
  const body = { deployment: { payload: { deployment: { deploymentId: 'clx1', ...deployment } } } };
  return decideGitHubEvent(body, { ...DEFAULT_GITHUB_FILTER, ...filter }, new Date()).kind;
}

test.each([
  ['production', ['*'], 'deployment'],
  ['production', ['production'], 'deployment'],
  ['production', ['staging', 'prod*'], 'deployment'],
  ['eu-production-2', ['*production*'], 'deployment'],
  ['production', ['prod'], 'filtered'],
  ['production', ['Production'], 'filtered'],
  ['productionX', ['*production'], 'filtered'],
  ['productionX', ['production.'], 'filtered'],
  [undefined, ['production'], 'deployment'],
])('environment %s with the patterns %j: %s', (environmentGivenId, environments, kind) => {
  expect(decide({ environmentGivenId }, { environments })).toBe(kind);
});

test.each([
  [true, true, 'deployment'],
  [true, false, 'filtered'],
  [false, false, 'deployment'],
  [undefined, false, 'deployment'],
])('preview %j with previewEnvironments %j: %s', (isPreviewEnvironment, previewEnvironments, kind) => {
  expect(decide({ isPreviewEnvironment }, { previewEnvironments })).toBe(kind);
});

test('a pattern of many wildcards takes linear time', () => {
  const environments = ['*a'.repeat(32)];
  const start = performance.now();

  expect(decide({ environmentGivenId: `${'a'.repeat(127)}b` }, { environments })).toBe('filtered');

  expect(performance.now() - start).toBeLessThan(200);
});
