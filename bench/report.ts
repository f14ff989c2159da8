import type { Bar } from './bars';
import { costTables, priceTable } from './cost-report';
import type { CostResult } from './costs';
import type { PacingResult } from './pacing';
import type { ScaleResult } from './scale';
import type { BundleResult, CommandResult } from './start-up';
import { type Row, table } from './table';

export interface Results {
  readonly pacing?: readonly PacingResult[];
  readonly costs?: CostResult;
  readonly bundles?: readonly BundleResult[];
  readonly scale?: ScaleResult;
  readonly command?: CommandResult;
}

/** For a terminal: the same tables as in the report. */
export function describe(results: Results, bars: readonly Bar[]): string {
  return [...tables(results), barTable(bars)].join('\n\n');
}

/** docs/performance.md. */
export function writeReport(results: Results, bars: readonly Bar[]): string {
  return `# Performance and cost

What Flightwatch costs, how soon it notices that a deployment has finished, and how quickly it starts: measured, and compared
with other ways to do the same.

\`npm run bench -- --write\` writes this page, which takes about two minutes; \`npm run bench -- pacing\` runs a part (pacing,
costs, bundles, scale, command), \`--json\` prints JSON. It fails if a measurement is above its limit. Times in
milliseconds depend on the machine: only ratios within one run are meaningful.

![Cost of 1,000 deployments against the mean delay until their end is noticed](cost-and-delay.svg)

${[...tables(results), barTable(bars)].join('\n\n')}

## How it is counted

Simulated deployments, 30,000 from three seeds, the same for every policy: 15 % wait for another one (exponential, mean
180 s); INPROGRESS 5 to 25 s; BUILDING lognormal, median 180 s, sigma 0.5; DEPLOYING lognormal, median 150 s, sigma 0.4;
10 % NO_CHANGE, 8 % BUILD_ERROR, 4 % DEPLOY_ERROR, 3 % CANCELLED. Flightwatch is the deployed poll function itself,
called as the state machine calls it. The others call a function for each look and wait in between, in the same state
machine. The delay is the time from the end of the deployment to the look that sees it.

Assumed: 0.3 s for a call of the API, 0.02 s around it, and 0.02 s for a query of the history, of which a watch makes two
at most. The event costs a transition, and the history a function of half a second, two writes, and reads of a hundred
verdicts of 0.6 KB each, which are kept for a year. The tables of "When to ask" leave out the free tier, logs, traces,
metrics and the secret.

What a month costs is without the free tier, too, but complete. The fixed part is counted in the template that the stack
has with these settings. Custom metrics are paid for by the hours in which they are written; deployments fall on all hours
of the month alike, which costs more than working hours. Assumed: half of the deployments in each environment, one e-mail
for each notification, one watch in a hundred that finds no verdict, three traces, two reads of the key, half a second to
start a watch, a sweep of a second every hour; in the logs 0.5 KB for an event of the state machine and 1.5 KB for a call of
a function. A look's line is measured. Logs are kept for three months.

The other ways: a bare loop has a secret, an e-mail, and nothing else. On durable functions, a watch has one operation for
its start, one for each step (each poll, the notification, the event) and one for each wait, writes 1 KB for each poll, and
keeps it for 14 days; all other parts stay. The function that looks every minute keeps the list of deployments in progress
in its own memory. The server has a disk of 8 GB. The job waits from the start of the deployment to its end, and 20 s before
it.

Prices are list prices of us-east-1. The pages were not opened for this list. A month is the date of the latest copy of a
page, or of an announcement, that was seen. A year means that the price was known then and may have changed. The prices for
data of durable functions are those of the announcement; here, they make less than a thousandth of a cent for a watch.

${priceTable()}
`;
}

function tables({ pacing, costs, bundles, scale, command }: Results): string[] {
  return [
    ...(costs ? costTables(costs) : []),
    ...(pacing ? [1, 0.25, 4].map((factor) => pacingTable(pacing, factor)) : []),
    ...(bundles ? [bundleTable(bundles)] : []),
    ...(scale ? [scaleTable(scale)] : []),
    ...(command ? [commandTable(command)] : []),
  ];
}

function pacingTable(results: readonly PacingResult[], scale: number): string {
  const head = ['policy', 'mean delay, s', 'p95 delay, s', 'looks', 'transitions', '$ per 1,000 (128 MB)', '(256 MB)'];
  const rows = results
    .filter((result) => result.scale === scale)
    .map((result) => [
      result.policy,
      result.meanDelaySeconds.toFixed(2),
      result.p95DelaySeconds.toFixed(1),
      result.looks.toFixed(1),
      result.transitions.toFixed(1),
      result.dollarsAt128.toFixed(2),
      result.dollarsAt256.toFixed(2),
    ]);
  return `## When to ask${scale === 1 ? '' : `, durations times ${scale}`}\n\n${table(head, rows)}`;
}

function bundleTable(bundles: readonly BundleResult[]): string {
  const rows = bundles.map(({ bundle, bytes, milliseconds, ratio }) => [
    bundle,
    (bytes / 1024).toFixed(1),
    milliseconds.toFixed(1),
    ratio.toFixed(3),
  ]);
  return `## Start of the functions, Node.js 24\n\n${table(['bundle', 'KiB', 'ms', 'against the bare client'], rows)}`;
}

function scaleTable(scale: ScaleResult): string {
  const rows: Row[] = [
    ['watches started in the same second', scale.watches],
    ['without exactly one notification', scale.lost],
    ['KB of memory for each', scale.kilobytesPerWatch.toFixed(1)],
    ['seconds of virtual time', Math.round(scale.virtualSeconds)],
    ['real milliseconds for each', ((scale.realSeconds * 1000) / scale.watches).toFixed(2)],
    ['looks', scale.looks],
  ];
  const perMinute = scale.minutes.map(({ minute, mean, most }) => [minute, Math.round(mean), most]);
  const share = table(['minute', 'looks per second', 'most in a second'], perMinute);
  return `## Many watches at once, on the embedded engine\n\n${table(['', ''], rows)}\n\n${share}`;
}

function commandTable({ helpMilliseconds, nodeMilliseconds }: CommandResult): string {
  const rows = [
    ['flightwatch --help', helpMilliseconds.toFixed(1)],
    ['node -e 0', nodeMilliseconds.toFixed(1)],
  ];
  return `## Start of the command\n\n${table(['', 'ms'], rows)}`;
}

function barTable(bars: readonly Bar[]): string {
  const rows = bars.map(({ what, measured, limit, holds }) => [what, round(measured), limit, holds ? 'yes' : 'NO']);
  return `## Limits\n\n${table(['what', 'measured', 'at most', 'holds'], rows)}`;
}

function round(value: number): string {
  return String(Number(value.toFixed(3)));
}
