import { COMMAND, runProcess } from './command';
import { runBundle } from './run-bundle';

test.each([
  ['its help', ['--help']],
  ['a list', ['demo', '--list']],
  ['wrong usage', ['local']],
  ['a missing key', ['local', 'clx1']],
  ['a secret that is not given', ['set-key', '--no-check']],
])('the command does the same here as in a process of its own: %s', async (_, args) => {
  const env = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };

  expect(await runBundle(COMMAND, { args, env, stdin: '' })).toEqual(await runProcess(args, { env }));
});

test('a program whose end cannot be awaited is refused', async () => {
  await expect(runBundle(require.resolve('./share-module'), { args: [], env: {}, stdin: '' })).rejects.toThrow(
    'exports no promise called finished',
  );
});
