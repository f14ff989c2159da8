import { type CostResult, DEPLOYMENTS } from './costs';
import { type Item, sum } from './fixed-costs';
import { PRICE_LIST, type Price } from './prices';
import { table } from './table';

export function costTables({ fixed, variable, dollars, bareFixed, bareDollars, options, ways }: CostResult): string[] {
  const parts = [
    ...fixed.map(({ what, dollars: each }) => [what, asDollars(each, 3)]),
    ...variable.map(({ what, dollars: each }) => [what, asDollars(each, 3)]),
    ['together', asDollars(dollars, 3)],
  ];
  const bare =
    `A month without deployments: ${asDollars(sum(fixed))}. With \`alarms\`, \`dashboard\` and \`history\` off: ` +
    `${asDollars(bareFixed)}, and a usual month ${asDollars(bareDollars)}.`;
  const changes = options.map(({ option, dollars: change, parts: of = [] }) => [option, withSign(change) + listOf(of)]);
  const compared = ways.map(({ way, meanDelaySeconds, dollars: dollarsOf }) => [
    way,
    meanDelaySeconds?.toFixed(1) ?? 'as it polls',
    ...DEPLOYMENTS.map((count) => asDollars(dollarsOf(count))),
  ]);
  const counts = DEPLOYMENTS.map((count) => count.toLocaleString('en-US'));
  return [
    `## What a month costs\n\n${ABOUT_A_MONTH}\n\n${table(['part', 'a usual month'], parts)}`,
    bare,
    `Each setting changes the bill:\n\n${table(['setting', 'changes a usual month by'], changes)}`,
    ABOUT_THE_DASHBOARD,
    `### By the number of deployments\n\n${table(['a way to hear how deployments ended', 'mean delay, s', ...counts], compared)}`,
    ABOUT_OTHER_WAYS,
  ];
}

const ABOUT_A_MONTH = `At list prices in us-east-1, without the free tier. A usual month has 500 deployments of two environments.`;

const ABOUT_THE_DASHBOARD = `The dashboard is off by default, because it would cost more than everything else. It is free if it is one of the first three
in your account. \`flightwatch status\` and \`flightwatch history\` show trends, durations and success rates without it.

Metrics are billed by the hours in which they are written: each combination of environment and outcome is one metric, and
all preview environments count as one.`;

const ABOUT_OTHER_WAYS = `The bare loops have a secret and an e-mail, but no alarms, no history, and nobody who notices if they break. A step of the
Action that waits for a watch in AWS takes the minutes of the job in addition; with \`wait: false\`, it doesn't. [A decision
record](decisions/0017-step-functions.md) says why Flightwatch uses Step Functions, and when to choose something else.`;

export function priceTable(): string {
  const rows = Object.values<Price>(PRICE_LIST).map(({ what, dollars, per, unit, source, asOf }) => [
    what,
    `${writePrice(dollars)} for ${per === 1 ? 'one' : per.toLocaleString('en-US')} ${unit}`,
    `<${source}>`,
    asOf,
  ]);
  return `## Prices\n\n${table(['what', 'price', 'page', 'known as of'], rows)}`;
}

/** In cents if it has no smaller part. */
function writePrice(dollars: number): string {
  const text = dollars.toFixed(2);
  return `$${Number(text) === dollars ? text : dollars}`;
}

function asDollars(dollars: number, digits = 2): string {
  return `$${dollars.toFixed(digits)}`;
}

/** ` (alarms $0.40, secrets $0.40)`. */
function listOf(items: readonly Item[]): string {
  if (items.length === 0) return '';
  return ` (${items.map(({ what, dollars }) => `${what} ${asDollars(dollars)}`).join(', ')})`;
}

function withSign(dollars: number): string {
  const text = asDollars(Math.abs(dollars));
  if (text === asDollars(0)) return 'less than $0.01';
  return `${dollars < 0 ? '-' : '+'}${text}`;
}
