import { readWatchInput, requestedDeploymentId } from '../../lib/watch/watch-input';
import { watch } from '../support/world';

const HOOK = 'https://app.flightcontrol.dev/api/deploy-hook/clenv1/CANARY_hook_secret';

/** `watch` looks for canaries in everything that a watch writes, and finds them in its input. */
async function tellSubscribers(input: unknown): Promise<string> {
  const { mistake = '' } = readWatchInput(input, 120) as { mistake?: string };
  expect(mistake).not.toContain('CANARY');
  const { published } = await watch({
    script: ['SUCCESS'],
    input: JSON.parse(JSON.stringify(input).replaceAll('CANARY', 'SECRET')),
  });
  expect(published).toHaveLength(1);
  expect(JSON.stringify(published)).not.toContain('SECRET');
  return mistake;
}

describe('an input that holds an address or a credential is described, and not mailed to anybody', () => {
  test.each<[unknown, string]>([
    [{ deploymentId: HOOK }, 'deploymentId must be the id of a Flightcontrol deployment'],
    [{ deploymentId: HOOK }, 'got an address.'],
    [{ deploymentId: HOOK.replace('https://', '') }, 'got an address.'],
    [{ deploymentId: 'me:CANARY@host' }, 'got an address.'],
    [{ deploymentId: 'Bearer CANARY' }, 'got text of 13 characters.'],
    [{ deploymentId: 'apiKey=CANARY' }, 'got text of 13 characters.'],
    [{ deploymentId: 'fc_CANARY_0123456789 ' }, 'got text of 21 characters.'],
    [{ deploymentId: { apiKey: 'CANARY' } }, 'got an object.'],
    [{ deploymentId: ['CANARY'] }, 'got a list.'],
    [
      { apiKey: 'CANARY' },
      'deploymentId must be the id of a Flightcontrol deployment (1 to 64 of A-Z a-z 0-9 _ -), got nothing.',
    ],
    [['CANARY'], 'The input of the watch must be a JSON object such as {"deploymentId":"clcp..."}, got a list.'],
    [HOOK, 'The input of the watch must be a JSON object such as {"deploymentId":"clcp..."}, got an address.'],
    [
      { deploymentId: 'clx1', timeoutMinutes: HOOK },
      'timeoutMinutes must be a whole number from 1 to 1440, got an address.',
    ],
    [{ deploymentId: 'clx1', timeoutMinutes: { key: 'CANARY' } }, 'got an object.'],
  ])('%j', async (input, message) => {
    expect(await tellSubscribers(input)).toContain(message);
  });
});

test.each([
  [{ deploymentId: 'clx1' }, 'clx1'],
  [{ deploymentId: HOOK }, undefined],
  [{ deploymentId: { apiKey: 'CANARY' } }, undefined],
  [{ deploymentId: 42 }, undefined],
  [null, undefined],
  ['clx1', undefined],
])('the id that %j asks for is %j', (input, id) => {
  expect(requestedDeploymentId(input)).toBe(id);
});
