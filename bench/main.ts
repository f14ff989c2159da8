import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Bar, judgeCosts, judgePacing, judgeScale, judgeStartUp } from './bars';
import { measureCosts } from './costs';
import { measurePacing } from './pacing';
import { drawPlot, pointsOf } from './plot';
import { describe, type Results, writeReport } from './report';
import { measureScale } from './scale';
import { measureBundles, measureCommand } from './start-up';

const PARTS = ['pacing', 'costs', 'bundles', 'scale', 'command'] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, write: { type: 'boolean' } },
});

async function main(): Promise<void> {
  const unknown = positionals.find((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown !== undefined || (values.write && positionals.length > 0)) {
    console.error(
      `got ${positionals.join(' ')}, expected some of ${PARTS.join(', ')}; with --write none: all are written.`,
    );
    process.exitCode = 2;
    return;
  }
  const results = await measure(positionals.length === 0 ? PARTS : positionals);
  const bars = judge(results);
  if (values.json) console.log(JSON.stringify({ ...results, bars }));
  else console.log(describe(results, bars));
  if (values.write) {
    writeFileSync('docs/performance.md', writeReport(results, bars));
    writeFileSync('docs/cost-and-delay.svg', drawPlot(pointsOf(results.pacing ?? [])));
  }
  process.exitCode = bars.every(({ holds }) => holds) ? 0 : 1;
}

async function measure(parts: readonly string[]): Promise<Results> {
  const pacing = parts.includes('pacing') ? await measurePacing() : undefined;
  return {
    ...(pacing && { pacing }),
    ...(parts.includes('costs') && { costs: measureCosts(pacing ?? (await measurePacing(10_000, [1]))) }),
    ...(parts.includes('bundles') && { bundles: await measureBundles() }),
    ...(parts.includes('scale') && { scale: await measureScale(10_000) }),
    ...(parts.includes('command') && { command: measureCommand() }),
  };
}

function judge({ pacing, costs, bundles, scale, command }: Results): Bar[] {
  return [
    ...(pacing ? judgePacing(pacing) : []),
    ...(costs ? judgeCosts(costs) : []),
    ...(bundles || command ? judgeStartUp(bundles, command) : []),
    ...(scale ? judgeScale(scale) : []),
  ];
}

void main();
