import { runActionStep } from '../support/action-runner';

const HOOK = 'https://127.0.0.1:9/api/deploy-hook/clenv1/CANARY_hook_secret';
const ID = { 'deployment-id': 'clx1' };
const KEY = { 'api-key': 'fc_CANARY' };

test.each<[string, Record<string, string>, string]>([
  ['a hook and an id', { 'deploy-hook-url': HOOK, ...ID }, 'deploy-hook-url and deployment-id cannot be used together'],
  ['a hook that is no URL', { 'deploy-hook-url': 'CANARY' }, 'deploy-hook-url: got text that is no URL'],
  ['a hook that is not https', { 'deploy-hook-url': 'http://CANARY.com' }, 'deploy-hook-url: got a URL that is not'],
  ['an id that is an address', { 'deployment-id': 'https://example.com/CANARY' }, 'deployment-id: got an address'],
  ['a branch without a hook', { ...ID, branch: 'main' }, 'branch is only for a deploy hook: leave it out, or add'],
  ['a pull request without a hook', { ...ID, 'pull-request': '17' }, 'pull-request is only for a deploy hook'],
  ['force without a hook', { ...ID, force: 'true' }, 'force is only for a deploy hook'],
  ['a commit without a branch', { 'deploy-hook-url': HOOK, commit: '01e573f' }, 'commit needs branch'],
  ['a pull request without a commit', { 'deploy-hook-url': HOOK, 'pull-request': '17' }, 'pull-request needs commit'],
  [
    'a pull request and a branch',
    { 'deploy-hook-url': HOOK, 'pull-request': '17', branch: 'main' },
    'pull-request and branch cannot be used together',
  ],
  [
    'a pull request that is no number',
    { 'deploy-hook-url': HOOK, 'pull-request': 'x', commit: '01e573f' },
    '::pull-request: got "x", expected the number',
  ],
  ['force that is no boolean', { 'deploy-hook-url': HOOK, force: 'yes' }, 'force: got "yes", expected true or false.'],
  ['wait that is no boolean', { ...ID, wait: '0' }, 'wait: got "0", expected true or false.'],
  ['wait: false with a key', { ...ID, ...KEY, wait: 'false' }, 'wait: false is only for a watch in AWS'],
  ['a state machine with a key', { ...ID, ...KEY, 'state-machine-arn': 'x' }, 'state-machine-arn is only for a watch'],
  ['an API without a key', { ...ID, api: 'v1' }, 'api is only for a watch in this job: leave it out, or add api-key.'],
  ['an unknown API', { ...ID, ...KEY, api: 'v9' }, '::api: got "v9", expected legacy or v1.'],
  ['a wrong address', { ...ID, ...KEY, 'api-base-url': 'ftp://example.com' }, '::api-base-url: '],
  ['no minutes', { ...ID, 'timeout-minutes': '2h' }, '::timeout-minutes: got "2h"'],
  ['a key that is a placeholder', { ...ID, 'api-key': 'replace-me' }, 'The input api-key still holds a placeholder'],
  ['a wrong ARN', { ...ID, 'state-machine-arn': 'arn:aws:x' }, '::state-machine-arn: got'],
  [
    'no id and another event',
    {},
    'the event that started this job is "push", expected deployment or deployment_status',
  ],
])('%s: an annotation of one sentence, and exit status 2', async (_, inputs, message) => {
  const { exitStatus, outputs, summary, commands } = await runActionStep({ inputs });

  expect(commands).toEqual([expect.stringMatching(/^::error title=Flightwatch::/)]);
  expect(commands[0]).toContain(message);
  expect(exitStatus).toBe(2);
  expect({ outputs, summary }).toEqual({ outputs: {}, summary: '' });
});

test.each([
  ['is missing', '/nowhere/event.json', 'cannot be read: ENOENT'],
  ['is not JSON', '/dev/null', 'is not valid JSON'],
])('an event file that %s is wrong usage', async (_, GITHUB_EVENT_PATH, message) => {
  const event = { name: 'deployment', body: {} };

  const { exitStatus, commands } = await runActionStep({ event, env: { GITHUB_EVENT_PATH } });

  expect(exitStatus).toBe(2);
  expect(commands).toEqual([expect.stringContaining(message)]);
});
