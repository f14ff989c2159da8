import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { judgeCosts } from '../../bench/bars';
import { differences, USUAL_MONTH } from '../../bench/costs';
import { fixedItems, sum } from '../../bench/fixed-costs';
import { dollarsOfMetrics, hoursWith, totalOf, variableItems } from '../../bench/monthly-costs';
import { measurePacing, type PacingResult, POLICIES } from '../../bench/pacing';
import { compareWays } from '../../bench/peers';
import { HOURS_PER_MONTH, PRICE_LIST } from '../../bench/prices';
import { FlightwatchStack } from '../../lib/constructs/flightwatch-stack';
import { DEFAULT_SETTINGS, type Settings } from '../../lib/constructs/settings';
import type { Template as Resources } from '../../lib/local/template';
import { readText, tableIn } from '../support/markdown';

const BARE = { alarms: false, dashboard: false, history: false };

function fixedOf(settings: Partial<Settings> = {}) {
  const stack = new FlightwatchStack(new App(), 'Flightwatch', { ...DEFAULT_SETTINGS, ...settings });
  return fixedItems(Template.fromStack(stack).toJSON() as Resources);
}

const SLACK = { slackWorkspaceId: 'T0123ABCD', slackChannelId: 'C0123ABCD' };
const EVERYTHING = {
  ...SLACK,
  githubWebhook: true,
  githubEvents: true,
  dashboard: true,
  notifyEmails: ['a@example.com'],
  alarmEmails: ['b@example.com'],
};

let pacing: PacingResult[];
let measured: PacingResult;
beforeAll(async () => {
  pacing = await measurePacing(300, [1], POLICIES);
  const [flightwatch] = pacing;
  if (flightwatch === undefined) throw new Error('nothing was measured');
  measured = flightwatch;
});

test('with everything optional off, a month without deployments costs less than $0.50', () => {
  expect(fixedOf(BARE).map(({ what }) => what)).toEqual(['secrets: 1', 'hourly sweeps: 1']);
  expect(sum(fixedOf(BARE))).toBeLessThan(0.5);
});

test('with the defaults, 500 deployments of two environments cost at most $1.75', () => {
  expect(totalOf(fixedOf(), variableItems(USUAL_MONTH, measured))).toBeLessThanOrEqual(1.75);
});

test.each<[string, Partial<Settings>]>([
  ['the defaults', {}],
  ['everything optional off', BARE],
  ['everything on', EVERYTHING],
])('the price of every resource is known: %s', (_, settings) => {
  expect(() => fixedOf(settings)).not.toThrow();
});

test('a resource whose price is not known is named', () => {
  const Resources = { Gateway: { Type: 'AWS::EC2::NatGateway', Properties: {} } };

  expect(() => fixedItems({ Resources })).toThrow('What does it cost? AWS::EC2::NatGateway');
});

test('what the webhook receiver costs is split into what it is for', () => {
  const [without, withWebhook] = [fixedOf(), fixedOf({ githubWebhook: true })];

  const parts = differences(without, withWebhook);

  expect(parts.map(({ what }) => what)).toEqual(['secrets', 'alarms']);
  expect(sum(parts)).toBeCloseTo(sum(withWebhook) - sum(without));
});

test('an alarm costs by the metrics in it', () => {
  const metric = (Id: string) => ({ Id, MetricStat: {} });
  const Metrics = [{ Id: 'sum', Expression: 'one + other' }, metric('one'), metric('other')];
  const alarmOf = (Properties: Record<string, unknown>) => ({
    Resources: { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties } },
  });

  expect(sum(fixedItems(alarmOf({ MetricName: 'Throttles' })))).toBeCloseTo(0.1);
  expect(sum(fixedItems(alarmOf({ Metrics })))).toBeCloseTo(0.2);
});

test('a metric costs by the hours in which it is written', () => {
  expect(hoursWith(0)).toBe(0);
  expect(hoursWith(1)).toBeCloseTo(1);
  expect(hoursWith(1_000_000)).toBeCloseTo(HOURS_PER_MONTH);
  // Every metric in every hour: three outcomes and a watch that failed for each environment, and one for the alarm.
  expect(dollarsOfMetrics({ environments: 2, deployments: 10_000_000 })).toBeCloseTo(9 * 0.3);
});

test('a bill that is too high is a bar that does not hold', () => {
  const bars = judgeCosts({ bareFixed: 0.51, dollars: 1.76 });

  expect(bars.map(({ holds }) => holds)).toEqual([false, false]);
});

test('durable functions cost less for each deployment, and a waiting job more than everything else', () => {
  const fixed = sum(fixedOf());
  const ways = compareWays({ pacing, measured, fixed, bare: sum(fixedOf(BARE)), environments: 2 });
  const at = (name: string, deployments: number) => ways.find(({ way }) => way === name)?.dollars(deployments) ?? 0;

  expect(at('the same, on Lambda durable functions', 5000)).toBeLessThan(at('Flightwatch', 5000));
  const others = ways.filter(({ way }) => !way.includes('GitHub Actions')).map(({ dollars }) => dollars(5000));
  expect(at('a job in GitHub Actions that waits', 5000)).toBeGreaterThan(Math.max(...others));
});

test('every price has its page and the time from which it is known', () => {
  for (const { source, asOf, dollars, per } of Object.values(PRICE_LIST)) {
    expect(source).toMatch(/^https:\/\/(aws\.amazon\.com|docs\.github\.com)\//);
    expect(asOf).toMatch(/^20\d\d(-\d\d)?$/);
    expect(dollars / per).toBeGreaterThan(0);
  }
});

test('the README says what the benchmark has found', () => {
  const head = ['a way to hear how deployments ended', 'mean delay, s', '50', '500', '5,000'];
  const shown = tableIn(readText('README.md'), ...head);

  expect(shown.length).toBeGreaterThan(0);
  expect(tableIn(readText('docs/performance.md'), ...head)).toEqual(expect.arrayContaining(shown));
});
