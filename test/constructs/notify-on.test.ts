import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import { type DeploymentMonitorProps, NOTIFY_ON, type NotifyOn } from '../../lib/constructs/deployment-monitor-props';
import { readSettings } from '../../lib/constructs/settings';
import { type FilterPolicy, passes } from '../support/filter-policy';
import { HISTORY_NOTIFICATIONS, NOTIFICATIONS } from '../support/notifications';

/** The filter policy of the e-mails in the template. */
function policyOf(notifyOn: NotifyOn): FilterPolicy {
  const stack = new Stack(new App(), 'Test');
  new DeploymentMonitor(stack, 'Monitor', { notifyEmails: ['ops@example.com'], notifyOn });
  const subscriptions = Template.fromStack(stack).findResources('AWS::SNS::Subscription');
  const [subscription] = Object.values(subscriptions).filter(({ Properties }) => Properties.Protocol === 'email');
  return subscription?.Properties.FilterPolicy ?? {};
}

const ALL = { ...NOTIFICATIONS, ...HISTORY_NOTIFICATIONS };
const PROBLEMS = ['FAILED', 'CANCELLED', 'TIMED_OUT', 'WATCH_FAILED', 'BROKE', 'THIRD_FAILURE'];

test.each<[NotifyOn, readonly string[]]>([
  ['all', Object.keys(ALL)],
  ['problems', PROBLEMS],
  // The trend of SUCCEEDED is unknown: it may be the one that ends problems.
  ['changes', [...PROBLEMS, 'RECOVERED', 'SUCCEEDED']],
])('`%s` sends e-mails for what it says', (notifyOn, expected) => {
  const policy = policyOf(notifyOn);
  const sent = Object.entries(ALL).filter(([, notification]) => passes(policy, notification));

  expect(sent.map(([name]) => name).toSorted()).toEqual([...expected].toSorted());
});

test.each(NOTIFY_ON)('SNS takes the policy of `%s`: at most five attributes, and 150 combinations', (notifyOn) => {
  const { $or = [], ...rest } = policyOf(notifyOn);
  const alternatives = [rest, ...$or].flatMap((policy) => Object.entries(policy));

  expect(new Set(alternatives.map(([name]) => name)).size).toBeLessThanOrEqual(5);
  expect(alternatives.reduce((product, [, rules]) => product * rules.length, 1)).toBeLessThanOrEqual(150);
  expect([0, 2, 3]).toContain($or.length);
});

describe('`changes` needs history', () => {
  test('the construct refuses it without', () => {
    const props = { notifyOn: 'changes', history: false } as DeploymentMonitorProps;

    expect(() => new DeploymentMonitor(new Stack(new App(), 'Test'), 'Monitor', props)).toThrow(
      'Test/Monitor.notifyOn: got "changes", expected all or problems, because history is false.',
    );
  });

  test('the settings report it in one sentence', () => {
    const context = { flightwatch: { notifyOn: 'changes', history: false } };

    expect(() => readSettings({ tryGetContext: (key) => context[key as keyof typeof context] })).toThrow(
      'flightwatch.notifyOn: got "changes", expected all or problems, because history is false.',
    );
  });
});
