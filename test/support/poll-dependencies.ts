import type { PollDependencies } from '../../lib/watch/poll';

/** What the poll function needs beside an API: a key, and time that takes none. */
export const QUIET: Omit<PollDependencies, 'getDeployment'> = {
  readKey: async () => 'plain-key-123',
  now: () => new Date(),
  sleep: async () => {},
  warn: () => {},
  onLook: () => {},
  random: () => 0.5,
  keyLocation: 'the secret',
};
