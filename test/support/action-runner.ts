import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readActionMetadata } from './action-metadata';
import { ROOT } from './markdown';
import { runBundle } from './run-bundle';
import { commandsIn } from './runner';
import { isThorough } from './thorough';

export interface ActionStep {
  /** By the names in action.yml; what a step gives under `with`. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The event that starts the job. @default push */
  readonly event?: { readonly name: string; readonly body: unknown };
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that holds the bundle. @default - the one that the build has just made */
  readonly folder?: string;
  /** Cancels the job when its log matches. */
  readonly cancelAfter?: RegExp;
}

export interface ActionRun {
  readonly exitStatus: number | null;
  /** Both streams; the runner reads commands in both. */
  readonly log: string;
  readonly commands: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/**
 * Runs the Action as a runner of GitHub Actions does: `node24`, inputs as variables, files for the event, the outputs
 * and the summary. What the run leaves behind must not hold a canary, and no commands but those that the Action gives.
 * Source: GitHub docs, Metadata syntax, and Workflow commands.
 */
export async function runActionStep(step: ActionStep): Promise<ActionRun> {
  const { event = { name: 'push', body: {} }, env = {}, folder = join(ROOT, 'dist', 'action') } = step;
  const files = makeFiles(event.body);
  const variables = {
    PATH: process.env.PATH ?? '',
    AWS_EC2_METADATA_DISABLED: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: event.name,
    ...files,
    ...asVariables(step.inputs ?? {}),
    ...env,
  };
  const bundle = join(folder, 'index.js');
  const { exitStatus, stdout, stderr } =
    isThorough || step.cancelAfter
      ? await runProcess(bundle, variables, step.cancelAfter)
      : await runBundle(bundle, { args: [], env: variables, stdin: '' });
  const [output, summary] = [files.GITHUB_OUTPUT, files.GITHUB_STEP_SUMMARY].map((file) => readFileSync(file, 'utf8'));
  const run = { exitStatus, log: `${stdout}${stderr}`, outputs: parseOutputs(output ?? ''), summary: summary ?? '' };
  checkSecrets(run, output ?? '');
  return { ...run, commands: checkCommands(run.log) };
}

/** As a runner does; elsewhere than in CI, only a job that is cancelled needs a process of its own. */
async function runProcess(bundle: string, env: Readonly<Record<string, string>>, cancelAfter: RegExp | undefined) {
  const child = spawn(join(ROOT, 'node_modules', '.bin', 'node'), [bundle], { env });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  cancelWhenLogged(child, cancelAfter);
  const [exitStatus, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { exitStatus, stdout, stderr };
}

function cancelWhenLogged(child: ChildProcessWithoutNullStreams, pattern: RegExp | undefined): void {
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => {
    log += chunk;
    if (pattern?.test(log)) child.kill('SIGINT');
  });
}

function makeFiles(event: unknown) {
  const folder = mkdtempSync(join(tmpdir(), 'flightwatch-action-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(event)),
    GITHUB_OUTPUT: file('output', ''),
    GITHUB_STEP_SUMMARY: file('summary', ''),
  };
}

/** A runner sets every input that has a default, and leaves hyphens as they are. */
function asVariables(given: Readonly<Record<string, string>>): Record<string, string> {
  const { inputs } = readActionMetadata();
  const unknown = Object.keys(given).filter((name) => !inputs.has(name));
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(', ')}`);
  const values = [...inputs].map(([name, fallback = '']) => [`INPUT_${name.toUpperCase()}`, given[name] ?? fallback]);
  return Object.fromEntries(values);
}

function parseOutputs(file: string): Record<string, string> {
  const entries = [...file.matchAll(/^([a-z-]+)<<(\S+)\n([\s\S]*?)\n\2\n/gm)];
  expect(entries.map(([all]) => all).join('')).toBe(file);
  return Object.fromEntries(entries.map(([, name = '', , value = '']) => [name, value]));
}

function checkSecrets({ log, summary }: { log: string; summary: string }, output: string): void {
  const printed = log.replace(/^::add-mask::.*$/gm, '');

  expect(`${printed}${summary}${output}`).not.toContain('CANARY');
  expect(printed).not.toMatch(/^ {4}at /m);
}

/** @returns the annotations */
function checkCommands(log: string): string[] {
  const commands = commandsIn(log).filter((line) => !line.startsWith('::add-mask::'));

  expect(commands.filter((line) => !/^::(error|warning) title=/.test(line))).toEqual([]);
  return commands;
}
