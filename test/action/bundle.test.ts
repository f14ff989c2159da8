import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploymentJson, startFlightcontrolServer } from '../../lib/local/flightcontrol-server';
import { readActionMetadata } from '../support/action-metadata';
import { runActionStep } from '../support/action-runner';
import { ROOT, readText, tableIn } from '../support/markdown';

const COMMITTED = join(ROOT, 'action');
const BUILT = join(ROOT, 'dist', 'action');
const FILES = ['index.js', 'licenses.txt', 'template.json'];

test('action/ is what the build makes; npm run build:action makes it again', () => {
  expect(readdirSync(COMMITTED).toSorted()).toEqual(FILES);
  expect(readdirSync(BUILT).toSorted()).toEqual(FILES);
  for (const file of FILES) {
    const isCurrent = readFileSync(join(COMMITTED, file)).equals(readFileSync(join(BUILT, file)));
    expect([file, isCurrent]).toEqual([file, true]);
  }
});

test('the bundle names no path of the machine that made it', () => {
  for (const file of FILES) expect(readText(`action/${file}`)).not.toContain(ROOT);
});

test('action.yml and action/ work without the rest of the repository', async () => {
  const checkout = mkdtempSync(join(tmpdir(), 'flightwatch-checkout-'));
  cpSync(join(ROOT, 'action.yml'), join(checkout, 'action.yml'));
  cpSync(COMMITTED, join(checkout, 'action'), { recursive: true });
  const api = await startFlightcontrolServer(({ deploymentId }) => ({ json: deploymentJson(deploymentId, 'SUCCESS') }));
  const inputs = { 'deployment-id': 'clx1', 'api-key': 'fc_CANARY', 'api-base-url': api.url };

  const { exitStatus, outputs } = await runActionStep({ inputs, folder: join(checkout, 'action') });
  await api.close();

  expect(exitStatus).toBe(0);
  expect(outputs).toMatchObject({ outcome: 'SUCCEEDED', environment: 'production' });
});

test('action.yml runs the bundle on the Node.js that it is built for', () => {
  expect(readText('action.yml')).toMatch(/\nruns:\n {2}using: node24\n {2}main: action\/index\.js\n$/);
});

test('the inputs and outputs in docs/ci.md are those of action.yml', () => {
  const { inputs, outputs } = readActionMetadata();
  const namesIn = (kind: string) =>
    tableIn(readText('docs/ci.md'), kind, 'meaning').flatMap(([cell = '']) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
    );

  expect(namesIn('input').toSorted()).toEqual([...inputs.keys()].toSorted());
  expect(namesIn('output').toSorted()).toEqual([...outputs].toSorted());
});
