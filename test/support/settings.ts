import { readSettings, type Settings, SettingsError } from '../../lib/constructs/settings';

/** Settings out of the object in cdk.json and of `-c` overrides. */
export function read(inCdkJson?: unknown, overrides: Record<string, unknown> = {}): Settings {
  const context = new Map<string, unknown>([['flightwatch', inCdkJson]]);
  for (const [name, value] of Object.entries(overrides)) context.set(`flightwatch.${name}`, value);
  return readSettings({ tryGetContext: (key) => context.get(key), getAllContext: () => Object.fromEntries(context) });
}

export function refusal(inCdkJson?: unknown, overrides?: Record<string, unknown>): string {
  try {
    read(inCdkJson, overrides);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('the settings were accepted');
}

/** The one line under the headline. */
export function onlyMistake(inCdkJson?: unknown, overrides?: Record<string, unknown>): string {
  const [headline, line, ...others] = refusal(inCdkJson, overrides).split('\n');
  expect(headline).toBe('1 setting cannot be used:');
  expect(others).toEqual([]);
  return line ?? '';
}
