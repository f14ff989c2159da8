import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../test/support/markdown';
import { OutsideFolder } from './outside-folder';

/** The templates that the CDK has written into a folder, by their files' names. */
export function readTemplates(output: string): Record<string, string> {
  const files = readdirSync(output).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(output, file), 'utf8')]));
}

export async function synthesizeEveryOption(folder: OutsideFolder): Promise<Record<string, string>> {
  const output = join(folder.path, 'every-option-out');
  await folder.runWithTools('node every-option.mts', folder.path, { CDK_OUTDIR: output });
  return readTemplates(output);
}

/** The same with the aws-cdk-lib and the constructs of the checkout. */
export async function synthesizeBesideCheckoutPeers(folder: OutsideFolder): Promise<Record<string, string>> {
  const reference = new OutsideFolder();
  const packages = join(reference.path, 'node_modules');
  mkdirSync(packages);
  for (const peer of ['aws-cdk-lib', 'constructs']) symlinkSync(join(ROOT, 'node_modules', peer), join(packages, peer));
  for (const own of ['node_modules/flightwatch', 'every-option.mts']) {
    cpSync(join(folder.path, own), join(reference.path, own), { recursive: true });
  }
  try {
    return await synthesizeEveryOption(reference);
  } finally {
    reference.remove();
  }
}

/** What the construct decides: the resources, and what the state machines do. The rest is the CDK's to change. */
export function resourcesIn(template = '{}'): Record<string, unknown> {
  const { Resources = {} } = JSON.parse(template) as {
    Resources?: Record<string, { Type: string; Properties?: { DefinitionString?: unknown } }>;
  };
  const entries = Object.entries(Resources).map(([id, { Type, Properties }]) => [
    // The hash of a version is that of the function's properties.
    id.replace(/(CurrentVersion)[0-9A-F]{8}[0-9a-f]{32}$/, '$1'),
    { Type, definition: withoutVersions(Properties?.DefinitionString) },
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function withoutVersions(definition: unknown): string {
  return JSON.stringify(definition ?? null).replaceAll(/(CurrentVersion)[0-9A-F]{8}[0-9a-f]{32}/g, '$1');
}
