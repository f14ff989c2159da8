import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ROOT, readText } from './support/markdown';

interface Example {
  /** The heading that it is below. */
  readonly heading: string;
  readonly code: string;
}

const HERE = { account: '123456789012', region: 'eu-west-1' };

/** In the project, where the package finds itself by its name. */
const folder = mkdtempSync(join(ROOT, '.build-construct-docs-'));

afterAll(() => rmSync(folder, { recursive: true }));

const examples = readExamples(readText('docs/construct.md'));

function readExamples(page: string): Example[] {
  return page.split(/^##+ /m).flatMap((section) => {
    const [heading = ''] = section.split('\n');
    return [...section.matchAll(/```ts\n([\s\S]+?)```/g)].map(([, code = '']) => ({ heading, code }));
  });
}

/** Its imports, and the rest as the body of a stack's constructor. */
function writeStack({ code }: Example): string {
  const imports = code.match(/^import [\s\S]+?;$/gm) ?? [];
  const body = code.replaceAll(/^import [\s\S]+?;$/gm, '');
  return [
    "import { Stack as OwnStack } from 'aws-cdk-lib';",
    ...imports,
    `export class Example extends OwnStack {\n  build(): void {${body}  }\n}`,
  ].join('\n');
}

function fileOf(index: number): string {
  return join(folder, `example-${index}.ts`);
}

function synthesise(index: number): Stack {
  const { Example } = require(fileOf(index)) as {
    readonly Example: new (scope: App, id: string, props: object) => Stack & { build(): void };
  };
  const stack = new Example(new App(), 'Example', { env: HERE });
  stack.build();
  return stack;
}

beforeAll(() => {
  for (const [index, example] of examples.entries()) writeFileSync(fileOf(index), writeStack(example));
});

test('the page has examples', () => {
  expect(examples.length).toBeGreaterThan(5);
});

test('all of them compile', () => {
  // Classes of the CDK do not hold exactOptionalPropertyTypes.
  const own = { noEmit: true, rootDir: '..', exactOptionalPropertyTypes: false };
  const config = { extends: '../tsconfig.json', include: ['*.ts'], compilerOptions: own };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));

  const { stdout } = spawnSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['--project', folder], { encoding: 'utf8' });

  expect(stdout).toBe('');
});

test.each(examples.map(({ heading }, index) => [heading, index] as const))(
  '%s: example %# synthesises without errors and warnings',
  (_heading, index) => {
    const stack = synthesise(index);

    expect(Template.fromStack(stack).toJSON()).toHaveProperty('Resources');
    expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
    const unheard = Match.not(Match.stringLikeRegexp('flightwatch:alarmsUnheard'));
    expect(Annotations.fromStack(stack).findWarning('*', unheard)).toEqual([]);
  },
);
