import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { type LoopbackServer, serveOnLoopback } from '../../lib/local/loopback-server';
import { ROOT } from '../support/markdown';

/** What npm sends when it publishes, as far as it is read here. */
interface Publication {
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>;
  readonly 'dist-tags': Readonly<Record<string, string>>;
}

const TARBALL = 'shop-1.2.0.tgz';
const folder = mkdtempSync(join(tmpdir(), 'flightwatch-publish-'));
const publications: Publication[] = [];
let registry: LoopbackServer;
/** Answers the question for the version. */
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  registry = await serveOnLoopback(serve);
  const scripts = { prepublishOnly: 'exit 1', publish: 'exit 1' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', version: '1.2.0', scripts }));
  const { host } = new URL(registry.url);
  writeFileSync(join(folder, 'npmrc'), `registry=${registry.url}/\n//${host}/:_authToken=none\n`);
  execFileSync('npm', ['pack', '--silent'], { cwd: folder });
});

beforeEach(() => {
  publications.length = 0;
  answer = (response) => response.writeHead(404).end('{}');
});

afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true });
});

test('a new version is published from the very tarball, as the latest, and no script of the package runs', async () => {
  const { exitStatus } = await publish();

  expect(exitStatus).toBe(0);
  expect(publications).toHaveLength(1);
  expect(publications[0]?.['dist-tags']).toEqual({ latest: '1.2.0' });
  expect(publications[0]?._attachments[TARBALL]?.data).toBe(readFileSync(join(folder, TARBALL), 'base64'));
});

test('a version that is there with the same content is not published again, and that is no failure', async () => {
  answer = (response) => response.end(JSON.stringify({ dist: { integrity: integrityOfTarball() } }));

  const { exitStatus, stdout } = await publish();

  expect(exitStatus).toBe(0);
  expect(stdout).toBe('shop@1.2.0 is on npm already, and is this tarball. Nothing to publish.\n');
  expect(publications).toEqual([]);
});

test('a version that is there with other content fails, so that no release is made of it', async () => {
  answer = (response) => response.end(JSON.stringify({ dist: { integrity: 'sha512-other' } }));

  const { exitStatus, stdout } = await publish();

  expect(exitStatus).toBe(1);
  expect(stdout).toMatch(
    /^::error::shop@1\.2\.0 is on npm with the integrity sha512-other, .+ Release a new version\.\n$/,
  );
  expect(publications).toEqual([]);
});

test('a registry that cannot say whether the version is there fails, and nothing is published', async () => {
  answer = (response) => response.writeHead(503).end();

  const { exitStatus, stderr } = await publish();

  expect(exitStatus).toBe(1);
  expect(stderr).toContain('/shop/1.2.0: 503 Service Unavailable');
  expect(publications).toEqual([]);
});

function publish(): Promise<{ exitStatus: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, HOME: folder, NPM_CONFIG_USERCONFIG: join(folder, 'npmrc') };
  const args = [join(ROOT, 'release/publish.mjs'), TARBALL];
  return new Promise((resolve) => {
    execFile('node', args, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ exitStatus: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'PUT') {
    publications.push((await json(request)) as Publication);
    response.writeHead(201).end('{}');
  } else if (request.url === '/shop/1.2.0') answer(response);
  else response.writeHead(404).end('{}');
}

function integrityOfTarball(): string {
  const hash = createHash('sha512').update(readFileSync(join(folder, TARBALL)));
  return `sha512-${hash.digest('base64')}`;
}
