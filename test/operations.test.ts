import { codeIn, readText, tableIn } from './support/markdown';

const HEAD = ['alarm', 'do first', 'runbook'] as const;

test('the operations page has every alarm of the README, with its entry in the runbook', () => {
  const alarms = tableIn(readText('README.md'), 'alarm', 'goes off when', 'runbook').map(
    ([name = '', , entry = '']) => [codeIn(name), entry.replace('docs/', '')],
  );

  const stated = tableIn(readText('docs/operations.md'), ...HEAD).map(([name = '', , entry]) => [codeIn(name), entry]);

  expect(stated).toEqual(alarms);
});
