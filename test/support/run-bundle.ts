import { Console } from 'node:console';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname } from 'node:path';
import { Readable, Writable } from 'node:stream';
import timers from 'node:timers/promises';
import tty from 'node:tty';
import { inspect } from 'node:util';

/** Commands wait for AWS, GitHub and Flightcontrol; their servers in tests are quick. */
const TIMES_AS_FAST = 20;

export interface BundleResult {
  readonly exitStatus: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;
type Run = (...scope: unknown[]) => void;

/** A module of Node.js itself; `require` of Jest loads everything anew for each file of tests. */
type NodeModule = NodeJS.Module & { _compile(source: string, file: string): void };

const compiled = new Map<string, Run>();

/**
 * Runs a program that was built, from its first line, as Node.js would, but in this process, which saves most of the
 * time: it gets a `process` of its own, with streams that are no terminal, and its sleeps are shorter. What only a
 * process can do is not here: signals, exceptions that nobody catches, waiting for what still runs when `finished`,
 * which it exports, has settled.
 */
export async function runBundle(
  file: string,
  { args, env, stdin }: { readonly args: readonly string[]; readonly env: Environment; readonly stdin: string },
): Promise<BundleResult> {
  const { exports, own, result } = load(file, env, { args, stdin });
  if (exports.finished === undefined) throw new Error(`${file} exports no promise called finished`);
  await exports.finished;
  return result(Number(own.exitCode ?? 0));
}

/** Calls a function that was built, as Lambda does. What it returns is the last line of its standard output, as JSON. */
export async function invokeBundle(file: string, name: string, event: object, env: Environment): Promise<BundleResult> {
  const { exports, own, result } = load(file, env);
  try {
    const returned = await (exports[name] as (event: object) => Promise<unknown>)(event);
    own.stdout.write(`${JSON.stringify(returned ?? null)}\n`);
    return result(0);
  } catch (error) {
    own.stderr.write(inspect(error));
    return result(1);
  }
}

function load(
  file: string,
  env: Environment,
  { args = [], stdin = '' }: { args?: readonly string[]; stdin?: string } = {},
) {
  const [stdout, stderr] = [new Collector(), new Collector()];
  const own = makeProcess([process.execPath, file, ...args], env, { stdin: Readable.from([stdin]), stdout, stderr });
  const module = { exports: {} as Record<string, unknown> };
  compile(file)(module.exports, requireFor(file, own), module, file, dirname(file), own, new Console(stdout, stderr));
  const result = (exitStatus: number): BundleResult => ({ exitStatus, stdout: stdout.text, stderr: stderr.text });
  return { exports: module.exports, own, result };
}

/** The text of the program as a function of what Node.js gives to a module. */
function compile(file: string): Run {
  const known = compiled.get(file);
  if (known !== undefined) return known;
  const source = readFileSync(file, 'utf8').replace(/^#!.*/, '');
  const module = new Module(file) as NodeModule;
  module._compile(
    `module.exports = function (exports, require, module, __filename, __dirname, process, console) {${source}\n}`,
    file,
  );
  compiled.set(file, module.exports as Run);
  return module.exports as Run;
}

function requireFor(file: string, own: object) {
  const module = new Module(file);
  const replaced: Readonly<Record<string, object>> = {
    process: own,
    tty: { ...tty, isatty: () => false },
    'timers/promises': { ...timers, setTimeout: sleepFast },
  };
  const load = (name: string): unknown => replaced[name.replace(/^node:/, '')] ?? module.require(name);
  return Object.assign(load, { resolve: createRequire(file).resolve });
}

function sleepFast(milliseconds: number, ...others: [value?: unknown, options?: object]): Promise<unknown> {
  return timers.setTimeout(milliseconds / TIMES_AS_FAST, ...others);
}

function makeProcess(argv: readonly string[], env: Environment, streams: object): NodeJS.Process {
  const events = new EventEmitter();
  const own = {
    ...streams,
    on: events.on.bind(events),
    once: events.once.bind(events),
    off: events.off.bind(events),
    removeListener: events.removeListener.bind(events),
    argv,
    env: { ...env },
    exitCode: undefined,
    exit: () => {
      throw new Error('process.exit() cannot be played here: run the program as a process of its own.');
    },
  };
  return Object.create(process, Object.getOwnPropertyDescriptors(own)) as NodeJS.Process;
}

class Collector extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
