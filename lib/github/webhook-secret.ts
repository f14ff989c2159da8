import { randomInt } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const CHARACTERS = 64;

/** A new secret for a webhook: about 381 bits. */
export function createWebhookSecret(): string {
  return Array.from({ length: CHARACTERS }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
