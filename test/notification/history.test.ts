import { execFileSync } from 'node:child_process';
import type { History } from '../../lib/contract/history';
import { redeployCommand } from '../../lib/notification/last-success';
import { linkChanges } from '../../lib/notification/links';
import { HISTORY_NOTIFICATIONS, NOTIFICATIONS, THIRD_FAILURES, withHistory } from '../support/notifications';

const OLD = '8d2c5b7e9f014a6fb3c19d5e2a7084f6c1b0e35d';
const NEW = '01e573f2198f120f66b08621fde0256874d0c24d';
const COMMAND = 'npm run --silent flightwatch -- trigger --hook-url-stdin';
const STATE_MACHINE = '--state-machine-arn arn:aws:states:eu-west-1:123456789012:stateMachine:flightwatch';
const LAST_SUCCESS = { deploymentId: 'clx0', branch: 'main', commit: OLD, endedAt: '2023-01-09T16:40:12.000Z' };

function failedWith(history: History) {
  return withHistory(NOTIFICATIONS.FAILED, history);
}

function succeededWith(history: History) {
  return withHistory(NOTIFICATIONS.SUCCEEDED, history);
}

test.each([
  [2, '2nd failure in a row'],
  [3, '3rd failure in a row'],
  [4, '4th failure in a row'],
  [11, '11th failure in a row'],
  [12, '12th failure in a row'],
  [13, '13th failure in a row'],
  [21, '21st failure in a row'],
  [101, '101st failure in a row'],
  [undefined, 'still failing'],
])('after failures, the %s in a row is told as "%s" in every channel', (failuresInARow, phrase) => {
  const history: History = { trend: 'still failing', ...(failuresInARow && { failuresInARow }) };

  const { subject, messages } = failedWith(history);
  const { content, metadata } = JSON.parse(messages.https);

  expect(subject).toBe(`FAILED: production, main, ${phrase}`);
  expect(messages.email.split('\n')[0]).toBe(subject);
  expect(messages.sms).toBe(`Deployment FAILED: production, main, ${phrase}. https://api.mydomain.com`);
  expect([content.title, metadata.summary]).toEqual([`:x: ${subject}`, subject]);
});

test.each([
  [1, 'recovered after 1 failure'],
  [3, 'recovered after 3 failures'],
  [undefined, 'recovered'],
])('a success after %s failures is told as "%s"', (failuresInARow, phrase) => {
  const { subject, messages } = succeededWith({ trend: 'recovered', ...(failuresInARow && { failuresInARow }) });

  expect(subject).toBe(`SUCCEEDED: production, main, ${phrase}`);
  expect(messages.sms).toBe(`Deployed: production, main, ${phrase}. https://api.mydomain.com`);
});

test.each([
  ['broke', failedWith({ trend: 'broke', failuresInARow: 1 }), 'FAILED: production, main'],
  ['first, a failure', failedWith({ trend: 'first', failuresInARow: 1 }), 'FAILED: production, main'],
  ['first, a success', succeededWith({ trend: 'first' }), 'SUCCEEDED: production, main'],
  ['healthy', succeededWith({ trend: 'healthy' }), 'SUCCEEDED: production, main'],
  ['unknown', NOTIFICATIONS.FAILED, 'FAILED: production, main'],
])('the subject has nothing to add if the trend is %s', (_, { subject }, expected) => {
  expect(subject).toBe(expected);
});

test('a long environment and a long branch leave the room for the failures in a row', () => {
  const { record } = NOTIFICATIONS.FAILED;
  const long = { environment: { givenId: 'e'.repeat(150) }, repository: { branch: 'b'.repeat(150) } };
  const notification = { ...NOTIFICATIONS.FAILED, record: { ...record, ...long } };

  const { subject, messages } = withHistory(notification, { trend: 'still failing', failuresInARow: 12 });

  expect(subject).toMatch(/^FAILED: e+ \[\.\.\.\] e+, b+ \[\.\.\.\] b+, 12th failure in a row$/);
  expect(subject.length).toBeLessThan(100);
  expect(messages.sms).toMatch(/^Deployment FAILED: e.+, 12th failure in a row/);
});

test('the record holds the history after the phases, and the attribute holds its trend', () => {
  const { record, attributes } = HISTORY_NOTIFICATIONS.THIRD_FAILURE;
  const fields = Object.keys(record);

  expect(fields.slice(fields.indexOf('phases'), fields.indexOf('createdAt') + 1)).toEqual([
    'phases',
    'history',
    'createdAt',
  ]);
  expect(attributes.trend).toEqual({ DataType: 'String', StringValue: 'still failing' });
});

test('without a history there is neither the field nor the attribute, and no text speaks of one', () => {
  const { record, attributes, messages } = failedWith({});

  expect(record).not.toHaveProperty('history');
  expect(attributes).not.toHaveProperty('trend');
  expect(messages.email).not.toMatch(/usually|last success|previous/i);
  expect(messages.https).not.toMatch(/usually|last success/i);
});

test('a deployment without changes is not compared with how long one usually takes', () => {
  const unchanged = { ...NOTIFICATIONS.SUCCEEDED, record: { ...NOTIFICATIONS.SUCCEEDED.record, status: 'NO_CHANGE' } };

  expect(withHistory(unchanged, { usualSeconds: 340 }).messages.email).toContain('\nTook: 6m 12s\n');
  expect(succeededWith({ usualSeconds: 340 }).messages.email).toContain('\nTook: 6m 12s (usually 5m 40s)\n');
});

test.each([0, -1, 1e308, Number.POSITIVE_INFINITY, Number.NaN])(
  'a usual duration of %d s is not told',
  (usualSeconds) => {
    const { messages, record } = succeededWith({ trend: 'healthy', usualSeconds });

    expect(messages.email).toContain('\nTook: 6m 12s\n');
    expect(record.history).toEqual({ trend: 'healthy' });
  },
);

test.each([
  ['https://github.com/o/r', `https://github.com/o/r/compare/${OLD}...${NEW}`],
  ['git@github.com:o/r.git', `https://github.com/o/r/compare/${OLD}...${NEW}`],
  ['git@gitlab.com:group/sub/r.git', `https://gitlab.com/group/sub/r/-/compare/${OLD}...${NEW}`],
  ['ssh://git@bitbucket.org/o/r.git', `https://bitbucket.org/o/r/branches/compare/${NEW}%0D${OLD}`],
  ['https://git.example.com/o/r', undefined],
  [undefined, undefined],
])('the changes in %s are at %s', (url, expected) => {
  expect(linkChanges(url, OLD, NEW)).toBe(expected);
});

test.each(['main', 'v1.0', `${OLD}...x`, '../../x', ''])('there is no link to the changes since %j', (from) => {
  expect(linkChanges('https://github.com/o/r', from, NEW)).toBeUndefined();
});

test('a failure that is told of late names what has ended since, and advises nothing that would undo it', () => {
  const supersededBy = {
    outcome: 'SUCCEEDED',
    deploymentId: 'clx9',
    commit: NEW,
    endedAt: '2023-01-20T08:05:00.000Z',
  } as const;

  const { messages } = failedWith({ trend: 'broke', lastSuccess: LAST_SUCCESS, supersededBy });

  expect(messages.email).toContain(
    `A later deployment to this environment has already ended: SUCCEEDED, commit ${NEW}, seen at 2023-01-20 08:05:00 UTC.`,
  );
  for (const text of [messages.email, messages.https]) expect(text).not.toContain('trigger');
});

test('the e-mail of a third failure names the last good commit and branch, and the whole way to deploy it again', () => {
  const { email } = HISTORY_NOTIFICATIONS.THIRD_FAILURE.messages;

  expect(email).toContain(`The last success was commit ${OLD} of branch main, seen at 2023-01-09 16:40:12 UTC.`);
  expect(email).toContain(`\n    ${COMMAND} --branch main --commit ${OLD} ${STATE_MACHINE}\n`);
  expect(email).toContain('In Flightcontrol, open the environment settings, then Deploy Hooks');
  expect(email).toContain('It asks for the address, which is neither shown nor kept in the history of the shell:\n');
  expect(email).not.toMatch(/\bdown\b|outage|offline|unavailable/i);
});

test('of a preview environment, the command needs the number of the pull request, and the e-mail says so', () => {
  const { email, https } = THIRD_FAILURES.OF_PREVIEW.messages;
  const command = `${COMMAND} --pull-request NUMBER --commit ${OLD} ${STATE_MACHINE}`;

  expect(email).toContain(
    'Run this in a checkout of Flightwatch, with the number of the pull request instead of NUMBER.',
  );
  expect(email).toContain(`:\n    ${command}\n`);
  expect(JSON.parse(https).content.nextSteps.at(-1)).toBe(command);
});

test('a branch named like the placeholder is none', () => {
  const { messages } = failedWith({ lastSuccess: { ...LAST_SUCCESS, branch: 'fix/NUMBER-format' } });

  expect(messages.email).toContain('\n2. Run this in a checkout of Flightwatch.\n');
  expect(messages.email).toContain(`\n    ${COMMAND} --branch fix/NUMBER-format --commit ${OLD} ${STATE_MACHINE}\n`);
});

test.each([
  ['succeeded', succeededWith({ trend: 'recovered', lastSuccess: LAST_SUCCESS })],
  ['was cancelled', withHistory(NOTIFICATIONS.CANCELLED, { lastSuccess: LAST_SUCCESS })],
  ['is not known to have ended', withHistory(NOTIFICATIONS.TIMED_OUT, { lastSuccess: LAST_SUCCESS })],
  ['failed, and the commit of the last success is unknown', failedWith({ lastSuccess: withoutCommit() })],
  ['failed, and no success is known', failedWith({ trend: 'still failing' })],
])('no command deploys anything again if the deployment %s', (_, { messages }) => {
  for (const text of [messages.email, messages.https]) expect(text).not.toContain('trigger --hook-url-stdin');
});

function withoutCommit() {
  const { commit: _, ...rest } = LAST_SUCCESS;
  return rest;
}

const HOSTILE_BRANCHES = [
  '$(touch /tmp/pwned)',
  '`reboot`',
  'a;reboot',
  'a&reboot',
  'a|reboot',
  'a\nreboot',
  'a b',
  '--force',
  '-c',
  "a'b",
  'a"b',
  'a\\b',
  'a>b',
  'a*',
  '~root',
  '!!',
  '%PATH%',
  'a#b',
  'a=b',
  '@a',
  'x'.repeat(300),
  '',
];

test.each(HOSTILE_BRANCHES)('for the branch %j there is no command, only its name', (branch) => {
  const { messages, record } = failedWith({ lastSuccess: { ...LAST_SUCCESS, branch } });

  expect(redeployCommand(record)).toBeUndefined();
  expect(messages.email).toContain(`The last success was commit ${OLD}`);
  expect(messages.email).toContain('Deploy it again with a deploy hook of the environment');
  expect(messages.https).not.toContain('trigger --hook-url-stdin');
});

test.each([`${OLD}; reboot`, '$(reboot)', 'HEAD', '--force', '', 'abc', 'a'.repeat(65)])(
  'for the commit %j there is no command either',
  (commit) => {
    const { record } = failedWith({ lastSuccess: { ...LAST_SUCCESS, commit } });

    expect(redeployCommand(record)).toBeUndefined();
  },
);

test.each(['main', 'release/2023.01', 'feature/JIRA-12_faster-checkout', 'v1.0+build', 'dependabot/npm_and_yarn/a-1'])(
  'a shell reads the command for the branch %s as it is meant',
  (branch) => {
    const { record } = failedWith({ lastSuccess: { ...LAST_SUCCESS, branch } });

    const script = `npm() { printf '%s\\n' "$@"; }\n${redeployCommand(record)}`;
    const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trim().split('\n').join(' ');

    expect(`npm ${words}`).toBe(`${COMMAND} --branch ${branch} --commit ${OLD} ${STATE_MACHINE}`);
  },
);

test('a chat message has no command that would have to be cut', () => {
  const branch = 'x'.repeat(200);

  const { messages } = failedWith({ lastSuccess: { ...LAST_SUCCESS, branch } });

  expect(messages.email).toContain(`${COMMAND} --branch ${branch} --commit ${OLD} ${STATE_MACHINE}\n`);
  expect(messages.https).not.toContain('trigger --hook-url-stdin');
});
