import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { ROOT } from './markdown';

/** The folders in `examples` that hold an app of the CDK. */
export const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) =>
  existsSync(join(ROOT, 'examples', name, 'package.json')),
);

export interface ExampleApp {
  readonly stackNames: readonly string[];
  /** Warnings and errors of the synthesis. */
  readonly complaints: readonly string[];
  /** @throws Error if there is no such stack */
  readonly template: (stackName: string) => Template;
}

/**
 * Runs the apps of these examples, with the package that `npm run build` has made.
 *
 * @returns looks up an app by the name of the example
 */
export function synthesizeExamples(...names: readonly string[]): (name: string) => ExampleApp {
  const output = mkdtempSync(join(tmpdir(), 'flightwatch-examples-'));
  try {
    execFileSync(process.execPath, [join(__dirname, 'synthesize-examples.mjs'), output, ...names]);
    const apps = new Map(names.map((name) => [name, readApp(new CloudAssembly(join(output, name)))]));
    return (name) => lookUp(apps, name);
  } finally {
    rmSync(output, { recursive: true });
  }
}

/** The templates are read here, before their files are deleted. */
function readApp(assembly: CloudAssembly): ExampleApp {
  const templates = new Map(assembly.stacks.map(({ stackName, template }) => [stackName, Template.fromJSON(template)]));
  const messages = assembly.stacks.flatMap((stack) => stack.messages);
  return {
    stackNames: [...templates.keys()],
    complaints: messages.filter(({ level }) => level !== 'info').map(({ entry }) => String(entry.data)),
    template: (stackName) => lookUp(templates, stackName),
  };
}

function lookUp<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`expected one of ${[...values.keys()].join(', ')}, got ${name}`);
  return value;
}
