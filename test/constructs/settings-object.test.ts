import { DEFAULT_SETTINGS, SettingsError } from '../../lib/constructs/settings';
import { onlyMistake, read, refusal } from '../support/settings';

describe('the object as a whole', () => {
  test('the object can come from -c as JSON', () => {
    expect(read('{"timeoutMinutes":5}')).toEqual({ ...DEFAULT_SETTINGS, timeoutMinutes: 5 });
  });

  test.each([
    ['{timeoutMinutes:5}', 'got "{timeoutMinutes:5}"'],
    ['', 'got ""'],
    [[], 'got []'],
    [true, 'got true'],
  ])('%j is no object of settings', (value, got) => {
    expect(onlyMistake(value)).toBe(`flightwatch: ${got}, expected an object of settings.`);
  });

  test.each([
    ['notifyEmail', 'notifyEmails'],
    ['timeout', 'timeoutMinutes'],
    ['slackChannel', 'slackChannelId'],
    ['constructor', undefined],
  ])('an unknown name %s is a mistake, and the closest names come first', (name, closest) => {
    const line = onlyMistake({ [name]: 'fc_live_0123456789' });

    expect(line).toContain(`flightwatch.${name}: got a setting that does not exist, expected one of ${closest ?? ''}`);
    expect(line).not.toContain('fc_');
  });

  test('all mistakes are in one message, a line each', () => {
    const inCdkJson = { stackName: '1st', pacing: { lingerSeconds: 999 }, notifyEmails: ['x', 'y'], colour: 'red' };

    const [headline, ...lines] = refusal(inCdkJson, { api: 'v2', slackChannelId: 'C01' }).split('\n');

    expect(headline).toBe('6 settings cannot be used:');
    expect(lines.map((line) => line.split(', expected')[0])).toEqual([
      'flightwatch.colour: got a setting that does not exist',
      'flightwatch.stackName: got "1st"',
      'flightwatch.notifyEmails: got "x"',
      'flightwatch.notifyEmails: got "y"',
      'flightwatch.api: got "v2"',
      'flightwatch.pacing.lingerSeconds: got 999',
      'flightwatch.slackWorkspaceId: got nothing',
    ]);
  });

  test('a long value is cut to 80 characters', () => {
    const line = onlyMistake({ stackName: 'a'.repeat(500) });
    const shown = /got (.*), expected/.exec(line)?.[1];

    expect(shown).toHaveLength(80);
  });

  test('mistakes are thrown as a SettingsError', () => {
    expect(() => read({ api: 'v2' })).toThrow(SettingsError);
    expect(() => read({ api: 'v2' })).toThrow(expect.objectContaining({ name: 'SettingsError' }));
  });
});
