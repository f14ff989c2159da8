import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseJsonLines } from '../support/command';
import { AwsWorld } from './aws-world';

let world: AwsWorld;

beforeEach(async () => {
  world = await AwsWorld.start();
});
afterEach(() => world.close());

function inGitHubActions() {
  const GITHUB_STEP_SUMMARY = join(mkdtempSync(join(tmpdir(), 'flightwatch-')), 'summary.md');
  return {
    env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY },
    readSummary: () => readFileSync(GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

test('a failure is annotated, and the summary lists the services without breaking the table', async () => {
  world.statuses = ['BUILD_ERROR'];
  const { env, readSummary } = inGitHubActions();

  const { stderr } = await world.run(['watch', 'clx1'], { env });

  expect(stderr).toContain('::error title=FAILED%3A production%2C main::web|api: BUILD_ERROR: npm ERR! 50%25\n');
  expect(readSummary()).toContain('### FAILED: production, main');
  expect(readSummary()).toContain('| web\\|api | BUILD\\_ERROR | npm ERR! 50% |');
});

test('a success is summarised but not annotated; --json keeps standard output for programs', async () => {
  const { env, readSummary } = inGitHubActions();

  const { stdout, stderr } = await world.run(['watch', 'clx1', '--json'], { env });

  expect(stderr).toBe('');
  expect(parseJsonLines(stdout).at(-1)).toMatchObject({ outcome: 'SUCCEEDED' });
  expect(readSummary()).toContain('### SUCCEEDED: production, main');
});

test('a summary that cannot be written is reported and does not change the exit status', async () => {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/nowhere/summary.md' };

  const { exitStatus, stderr } = await world.run(['watch', 'clx1'], { env });

  expect(exitStatus).toBe(0);
  expect(stderr).toContain('The job summary could not be written: ENOENT');
});
