import { describeAwsError } from '../../lib/cli/errors';
import { repository } from '../../package.json';
import { readText } from '../support/markdown';

test('a call that is denied leads to the permissions, by an address that a user of the package can open', () => {
  const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });

  const address = /https:\S+/.exec(describeAwsError(denied))?.[0];

  const website = repository.url.replace(/^git\+|\.git$/g, '');
  expect(address).toBe(`${website}/blob/main/docs/command-line.md#permissions`);
  expect(readText('docs/command-line.md')).toMatch(/^## Permissions$/m);
});
