import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandOptions } from '../support/command';
import { GitHubWorld } from './github-world';

let world: GitHubWorld;

beforeEach(async () => {
  world = await GitHubWorld.start();
});
afterEach(() => world.close());

describe('the token', () => {
  test.each([
    ['GITHUB_TOKEN', { GITHUB_TOKEN: ' token ' }],
    ['GH_TOKEN', { GITHUB_TOKEN: '', GH_TOKEN: 'token' }],
    ['GITHUB_TOKEN, before GH_TOKEN', { GITHUB_TOKEN: 'token', GH_TOKEN: 'CANARY_other' }],
  ])('is that in %s', async (_, variables) => {
    world.github.token = 'ghp_CANARY_1';
    const env = Object.entries(variables).map(([name, value]) => [name, value.replace('token', world.github.token)]);

    const { exitStatus } = await world.connect(['acme/web'], { env: Object.fromEntries(env) });

    expect(exitStatus).toBe(0);
  });

  describe('without a variable', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'gh-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** GitHub's command line, in front of the real one if there is any. */
    function withGh(script: string): CommandOptions {
      writeFileSync(join(folder, 'gh'), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, 'gh'), 0o755);
      return { env: { GITHUB_TOKEN: '', PATH: `${folder}:/usr/bin:/bin` } };
    }

    test('is that of gh for the same host', async () => {
      const { exitStatus } = await world.connect(
        ['acme/web'],
        withGh(`echo "$@" > ${folder}/asked; echo ${world.github.token}`),
      );

      expect(exitStatus).toBe(0);
      expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(
        `auth token --hostname ${new URL(world.github.url).host}\n`,
      );
    });

    test('is missing if nobody is signed in to gh', async () => {
      const { exitStatus, stderr } = await world.connect(['acme/web'], withGh('echo CANARY >&2; exit 1'));

      expect(exitStatus).toBe(2);
      expect(stderr).toMatch(/^There is no GitHub token: set GITHUB_TOKEN .+ or sign in with "gh auth login .+"\.\n$/);
    });

    test('is missing without gh', async () => {
      const { exitStatus, stderr } = await world.connect(['acme/web'], { env: { GITHUB_TOKEN: '', PATH: folder } });

      expect(exitStatus).toBe(2);
      expect(stderr).toContain('There is no GitHub token');
    });

    test('names gh if GitHub rejects it', async () => {
      const { stderr } = await world.connect(['acme/web'], withGh('echo ghp_CANARY_old'));

      expect(stderr).toContain('GitHub rejected the token from gh auth token (401 Bad credentials)');
    });
  });

  test('is refused if no header may hold it', async () => {
    const { exitStatus, stderr } = await world.connect(['acme/web'], { env: { GITHUB_TOKEN: 'ghp_CANARY\nX: y' } });

    expect(exitStatus).toBe(2);
    expect(stderr).toBe('The token from GITHUB_TOKEN holds characters that no token has: copy it again.\n');
  });
});
