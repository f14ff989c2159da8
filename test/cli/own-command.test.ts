import { adviseCommand, ELSEWHERE, findOwnCommand } from '../../lib/cli/own-command';

const NPM = { npm_package_name: 'flightwatch' };

interface Case {
  readonly script: string;
  readonly env?: Record<string, string>;
  readonly typed: string;
  readonly isCheckout?: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  'a script of npm in a checkout': {
    script: '/src/flightwatch/dist/bin/flightwatch.js',
    env: { ...NPM, npm_command: 'run-script' },
    typed: 'npm run --silent flightwatch --',
    isCheckout: true,
  },
  'npm start in a checkout': {
    script: '/src/flightwatch/dist/bin/flightwatch.js',
    env: { ...NPM, npm_command: 'start' },
    typed: 'npm run --silent flightwatch --',
    isCheckout: true,
  },
  'node in a checkout': {
    script: '/src/flightwatch/dist/bin/flightwatch.js',
    typed: 'node dist/bin/flightwatch.js',
    isCheckout: true,
  },
  'node in a checkout below a folder with a space': {
    script: '/src/flightwatch/my tools/flightwatch.js',
    typed: 'node "my tools/flightwatch.js"',
    isCheckout: true,
  },
  'npx in a checkout': {
    script: '/src/flightwatch/dist/bin/flightwatch.js',
    env: { npm_command: 'exec' },
    typed: 'npx flightwatch',
    isCheckout: true,
  },
  'npx in a project that has the package': {
    script: '/src/shop/node_modules/.bin/flightwatch',
    env: { npm_command: 'exec' },
    typed: 'npx flightwatch',
  },
  'a script of another package': {
    script: '/src/shop/node_modules/.bin/flightwatch',
    env: { npm_command: 'run-script', npm_package_name: 'shop' },
    typed: 'npx flightwatch',
  },
  'the package on Windows': {
    script: 'C:\\shop\\node_modules\\flightwatch\\dist\\bin\\flightwatch.js',
    typed: 'npx flightwatch',
  },
  'a package that is installed for all projects': { script: '/usr/local/bin/flightwatch', typed: 'flightwatch' },
};

test.each(Object.entries(CASES))('messages name the command as it is typed with %s', (_, given) => {
  const process = { argv: ['/usr/bin/node', given.script], env: given.env ?? {}, cwd: () => '/src/flightwatch' };

  expect(findOwnCommand(process)).toEqual({ start: given.typed, isCheckout: given.isCheckout ?? false });
});

test('the reader of the log of a CI system is elsewhere, so messages also say where the command works', () => {
  const argv = ['/usr/bin/node', '/home/runner/flightwatch/dist/bin/flightwatch.js'];

  const command = findOwnCommand({ argv, env: { CI: 'true' }, cwd: () => '/home/runner' });

  expect(command).toBe(ELSEWHERE);
  expect(adviseCommand('To join it', 'watch clx1', { command })).toBe(
    'To join it, in a checkout of Flightwatch: npm run --silent flightwatch -- watch clx1',
  );
});

test('a command that works where the reader is stands alone', () => {
  const command = { start: 'npx flightwatch', isCheckout: false };

  expect(adviseCommand('To join it', 'watch clx1', { command })).toBe('To join it: npx flightwatch watch clx1');
});
