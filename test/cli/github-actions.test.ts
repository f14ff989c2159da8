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
  const folder = mkdtempSync(join(tmpdir(), 'flightwatch-'));
  const [GITHUB_STEP_SUMMARY, GITHUB_OUTPUT] = [join(folder, 'summary.md'), join(folder, 'output')];
  return {
    env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY, GITHUB_OUTPUT },
    readSummary: () => readFileSync(GITHUB_STEP_SUMMARY, 'utf8'),
    readOutputs: () => readFileSync(GITHUB_OUTPUT, 'utf8'),
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

test('the command line sets the same outputs as the Action', async () => {
  const { env, readOutputs } = inGitHubActions();

  await world.run(['watch', 'clx1'], { env });

  expect(readOutputs()).toMatch(/^outcome<<(\S+)\nSUCCEEDED\n\1$/m);
  expect(readOutputs()).toMatch(/^environment<<(\S+)\nproduction\n\1$/m);
});

test('a watch that goes on from BUILDING is summarised with a timeline', async () => {
  world.statuses = ['BUILDING', 'SUCCESS'];
  const { env, readSummary } = inGitHubActions();

  await world.run(['watch', 'clx1'], { env });

  expect(readSummary()).toMatch(/```mermaid\ngantt\n[\s\S]+ {2}SUCCESS :done, milestone, .+\n```\n/);
});

test.each([
  ['wrong usage', ['watch', 'https://example.com/'], 'deploymentId: got an address'],
  ['an unknown option', ['watch', 'clx1', '--brnch'], "error: unknown option '--brnch'"],
])('%s is annotated, on a line of its own', async (_, args, message) => {
  const { env } = inGitHubActions();

  const { exitStatus, stderr } = await world.run(args, { env });

  expect(exitStatus).toBe(2);
  expect(stderr).toMatch(/^::error title=Flightwatch::.+\n$/);
  expect(stderr).toContain(message);
});

test('a summary that cannot be written is reported and does not change the exit status', async () => {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/nowhere/summary.md' };

  const { exitStatus, stderr } = await world.run(['watch', 'clx1'], { env });

  expect(exitStatus).toBe(0);
  expect(stderr).toContain('The job summary could not be written: ENOENT');
});
