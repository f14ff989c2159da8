import { OUTCOMES } from '../../lib/contract/outcomes';
import { linkRepository } from '../../lib/notification/links';
import { makeTestNotification } from '../../lib/notification/test-notification';
import { type FilterPolicy, passes } from '../support/filter-policy';
import { readText } from '../support/markdown';
import { TEST_NOTIFICATIONS } from '../support/notifications';

const page = readText('docs/notifications.md');
const tests = OUTCOMES.map((outcome) => TEST_NOTIFICATIONS[outcome]);

function policiesIn(fence: string): FilterPolicy[] {
  const blocks = page.matchAll(new RegExp(`\`\`\`json ${fence}\\n(.+)\\n\`\`\``, 'g'));
  return [...blocks].map(([, json = '']) => JSON.parse(json) as FilterPolicy);
}

describe.each(OUTCOMES)('a test notification of %s', (outcome) => {
  const { subject, messages, attributes, record } = TEST_NOTIFICATIONS[outcome];

  test('begins with TEST in every channel, and says early that nothing was deployed', () => {
    const { content, metadata } = JSON.parse(messages.https);
    const about = 'This is a test of the notifications. There is no deployment behind it, and nothing to do.';

    expect(subject).toMatch(new RegExp(`^TEST ${outcome}: production, main`));
    expect(messages.sms).toMatch(/^TEST /);
    expect(messages.email).toMatch(new RegExp(`^TEST ${outcome}\\b.*\n\n${about}\n\n`));
    expect(messages.default).toBe(messages.email);
    expect(content.title).toMatch(new RegExp(`^:\\w+: TEST ${outcome}: `));
    expect(metadata.summary).toMatch(/^TEST /);
    expect(content.description).toMatch(new RegExp(`^${about}\n`));
  });

  test('is marked in the record and in the attributes', () => {
    expect(Object.keys(record).slice(0, 3)).toEqual(['version', 'test', 'outcome']);
    expect(record.test).toBe(true);
    expect(attributes.test).toEqual({ DataType: 'String', StringValue: 'true' });
    expect(attributes.outcome?.StringValue).toBe(outcome);
    for (const json of [messages.sqs, messages.lambda, messages.firehose]) expect(JSON.parse(json)).toEqual(record);
  });

  test('leads nobody anywhere, and gives no command', () => {
    const text = Object.values(messages).join('\n');

    expect(
      text.match(/https?:\/\/[^/"|\s\\]+/g)?.every((origin) => /(example|amazonaws|aws\.amazon)\.com$/.test(origin)),
    ).toBe(true);
    expect(linkRepository(record.repository ?? {})).toBeUndefined();
    expect(text).not.toContain('flightwatch trigger');
    expect(text).not.toContain('flightwatch watch');
  });

  test('fits into SNS with everything at its longest', () => {
    const deploymentId = `test-${'f'.repeat(16)}`;
    const executionArn = `arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:${'x'.repeat(80)}:${deploymentId}`;

    const longest = makeTestNotification(outcome, { deploymentId, executionArn, now: new Date() });

    expect(longest.subject.length).toBeLessThan(100);
    expect(longest.messages.sms.length).toBeLessThan(140);
    expect(Object.keys(longest.attributes).length).toBeLessThanOrEqual(10);
  });
});

test('the filter policies for programs in docs/notifications.md exclude every test notification', () => {
  const policies = policiesIn('filter-policy-for-programs');

  expect(policies).toContainEqual({ test: [{ exists: false }] });
  for (const policy of policies) {
    expect(tests.filter((notification) => passes(policy, notification))).toEqual([]);
    expect(tests.map(withoutMark).filter((notification) => passes(policy, notification))).not.toEqual([]);
  }
});

test('the filter policies for people in docs/notifications.md treat it as what it shows', () => {
  const policies = policiesIn('filter-policy');

  expect(policies.length).toBeGreaterThan(3);
  for (const policy of policies) {
    const passing = tests.filter((notification) => passes(policy, notification));

    expect(passing).not.toEqual([]);
    expect(passing.map(withoutMark)).toEqual(
      tests.map(withoutMark).filter((notification) => passes(policy, notification)),
    );
  }
});

test('every value of notifyOn lets a failure pass, which is therefore the default', () => {
  const policies: FilterPolicy[] = [
    {},
    { outcome: ['FAILED', 'CANCELLED', 'TIMED_OUT', 'WATCH_FAILED'] },
    policiesIn('filter-policy').find(({ $or }) => $or?.some(({ trend }) => trend !== undefined)) ?? {},
  ];

  expect(policies.map((policy) => passes(policy, TEST_NOTIFICATIONS.FAILED))).toEqual([true, true, true]);
});

function withoutMark({ attributes: { test: _, ...attributes } }: (typeof tests)[number]) {
  return { attributes };
}
