import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../package.json';
import { OutsideFolder, THIS_NODE } from './outside-folder';
import { packedTarball } from './tarball';

const folder = new OutsideFolder();

beforeAll(() => folder.install(packedTarball()));

afterAll(() => folder.remove());

test('installs nothing but the package itself', () => {
  const installed = readdirSync(join(folder.path, 'node_modules')).filter((name) => !name.startsWith('.'));

  expect(installed).toEqual(['flightwatch']);
});

describe.each([
  ['the Node.js of the checkout', [THIS_NODE]],
  ["the machine's own Node.js", []],
])('with %s', (_, path) => {
  test('npx flightwatch --version prints the version of the package', async () => {
    expect(await folder.run('npx flightwatch --version', { path })).toBe(`${version}\n`);
  });

  test('npx flightwatch --help lists the commands', async () => {
    const help = await folder.run('npx flightwatch --help', { path });

    expect(help).toContain('Usage: flightwatch [options] [command]');
    for (const command of ['demo', 'local', 'watch', 'trigger', 'set-key', 'doctor']) expect(help).toContain(command);
  });

  test('npx flightwatch demo runs the sample watches, and says how to go on from here', async () => {
    const output = await folder.run('npx flightwatch demo', { path });

    expect(output).toContain('Subject: SUCCEEDED: ');
    expect(output).toContain('Subject: FAILED: ');
    expect(output).toContain('npx flightwatch local <deploymentId>');
    expect(output).not.toMatch(/dist\/bin|npm run|npx cdk/);
  });
});

test('wrong usage exits with 2 and one sentence', async () => {
  const failure = folder.run('npx flightwatch watch');

  await expect(failure).rejects.toThrow(/exit status 2:\n.*deploymentId/);
  await expect(failure).rejects.not.toThrow(/^ {4}at /m);
});
