import type { NotificationRecord } from './record';

/** In front of the outcome, wherever it is the first thing that a person reads. */
export function testMarkOf({ test }: Pick<NotificationRecord, 'test'>): string {
  return test ? 'TEST ' : '';
}

export const ABOUT_TEST = 'This is a test of the notifications. There is no deployment behind it, and nothing to do.';
