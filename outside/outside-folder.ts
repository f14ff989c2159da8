import { exec } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../test/support/markdown';

const execute = promisify(exec);

/** The folder of the Node.js that this runs on, and of nothing else. */
export const THIS_NODE = dirname(process.execPath);

/** The tools of the checkout, and its Node.js, which is that of Lambda. */
const CHECKOUT_BIN = join(ROOT, 'node_modules', '.bin');

export interface RunOptions {
  readonly folder: string;
  /** Searched for programs before those of the machine. */
  readonly path?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a command as in a shell of the user's, who knows nothing of the checkout.
 *
 * @returns standard output
 * @throws Error with all that the command printed, if it fails
 */
export async function run(command: string, { folder, path = [], env = {} }: RunOptions): Promise<string> {
  const options = { cwd: folder, env: { ...machineEnvironment(path), ...env }, maxBuffer: 2 ** 26 };
  try {
    return (await execute(command, options)).stdout;
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    throw new Error(`"${command}" in ${folder} ended with exit status ${code}:\n${stdout}${stderr}`);
  }
}

/** What npm and Jest set for this script. How the machine reaches the registry is its own. */
const SCRIPT_VARIABLES = /^(npm_(?!config_registry$)|NODE_(?!EXTRA_CA_CERTS$)|JEST_|CDK_|FORCE_COLOR$)/i;

function machineEnvironment(path: readonly string[]): Record<string, string | undefined> {
  const { PATH = '', ...rest } = process.env;
  const own = Object.entries(rest).filter(([name]) => !SCRIPT_VARIABLES.test(name));
  const programs = PATH.split(delimiter).filter((entry) => !entry.startsWith(ROOT) && !entry.includes('node-gyp-bin'));
  return { ...Object.fromEntries(own), PATH: [...path, ...programs].join(delimiter), NO_COLOR: '1' };
}

/** An empty folder outside the checkout. */
export class OutsideFolder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'flightwatch-outside-')));

  constructor() {
    writeFileSync(join(this.path, 'package.json'), '{ "private": true }\n');
  }

  async install(...packages: readonly string[]): Promise<void> {
    await this.run(`npm install --no-audit --no-fund ${packages.map((name) => `"${name}"`).join(' ')}`);
  }

  /** With the machine's own Node.js. */
  run(command: string, options: Partial<RunOptions> = {}): Promise<string> {
    return run(command, { folder: this.path, ...options });
  }

  /** With the tools and the Node.js of the checkout, as if they were installed here. */
  runWithTools(command: string, folder: string, env: RunOptions['env'] = {}): Promise<string> {
    const path = [join(this.path, 'node_modules', '.bin'), CHECKOUT_BIN];
    return run(command, { folder, path, env: { CDK_DISABLE_CLI_TELEMETRY: 'true', ...env } });
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** The version of a package that is installed in a folder. */
export function versionIn(folder: string, name: string): string | undefined {
  const file = join(folder, 'node_modules', name, 'package.json');
  return existsSync(file) ? String(readJson(file).version) : undefined;
}

export function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}
