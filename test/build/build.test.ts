import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const SOURCES = ['bin', 'lib', 'lambda', 'build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'];

// Other tests read the real `dist` meanwhile.
const folder = mkdtempSync(join(tmpdir(), 'flightwatch-build-'));
const original = join(folder, 'original');
const project = join(folder, 'project');

beforeAll(async () => {
  copySources(ROOT, original);
  copySources(original, project);
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));

  expect(await runBuild()).toEqual({ exitStatus: 0, output: '' });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => {
  copySources(original, project);
  expect(readdirSync(project).toSorted()).toEqual([...SOURCES, 'dist', 'node_modules'].toSorted());
});

test('a build makes a bundle of each function, the entries of the package, and the template', () => {
  const functions = readdirSync(join(ROOT, 'lambda')).map((file) => file.replace(/\.ts$/, '/index.js'));

  const built = listDist();

  expect(built).toEqual(
    expect.arrayContaining([
      ...functions.map((file) => `lambda/${file}`),
      'bin/app.js',
      'bin/flightwatch.js',
      'bin/template.json',
      'lib/index.js',
      'lib/index.js.map',
      'template.json',
      'third-party-licenses.txt',
    ]),
  );
});

test('a build does nothing if no source has changed', async () => {
  const before = identifyDist();

  const result = await runBuild();

  expect(result).toEqual({ exitStatus: 0, output: '' });
  expect(identifyDist()).toBe(before);
});

test('three builds at once succeed, and leave one complete dist', async () => {
  const files = listDist();
  const before = identifyDist();
  const now = new Date();
  utimesSync(join(project, 'lib', 'text.ts'), now, now);

  const results = await Promise.all(Array.from({ length: 3 }, runBuild));

  expect(results).toEqual(Array(3).fill({ exitStatus: 0, output: '' }));
  expect(listDist()).toEqual(files);
  expect(identifyDist()).not.toBe(before);
}, 60_000);

test.each([
  ['one function cannot be bundled', 'lambda/start-watch.ts', "import 'missing';", 'Could not resolve "missing"'],
  ['the app exits with an error', 'bin/app.ts', 'process.exit(3);', 'Command failed'],
])('a build leaves dist as it was if %s', async (_, file, content, reason) => {
  const before = identifyDist();
  writeFileSync(join(project, file), content);

  const { exitStatus, output } = await runBuild();

  expect(exitStatus).toBe(1);
  expect(output).toContain(reason);
  expect(output).not.toMatch(/^ {4}at /m);
  expect(identifyDist()).toBe(before);
});

test('a build notices that a source was deleted', async () => {
  rmSync(join(project, 'lib', 'text.ts'));

  const { exitStatus, output } = await runBuild();

  expect(exitStatus).toBe(1);
  expect(output).toContain('Could not resolve "../lib/text"');
});

function copySources(from: string, to: string): void {
  for (const source of SOURCES) {
    cpSync(join(from, source), join(to, source), { recursive: true, preserveTimestamps: true });
  }
}

async function runBuild() {
  const child = spawn(process.execPath, [join(project, 'build.mjs')]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const exitStatus = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitStatus, output };
}

function listDist(): string[] {
  return readdirSync(join(project, 'dist'), { recursive: true, encoding: 'utf8' }).toSorted();
}

/** Every build makes other folders. */
function identifyDist(): string {
  const { ino, mtimeMs } = statSync(join(project, 'dist', 'bin'));
  return `${ino} ${mtimeMs}`;
}
