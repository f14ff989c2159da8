import { parseArgs } from 'node:util';
import { soakEmbedded } from './embedded';
import { planWatches } from './plan';
import { describeSoak } from './report';
import { soakStack } from './stack';

const HOW_TO = `npm run soak -- [--embedded] [--count 1000] [--at-once 25] [--seed 1]

Watches many deployments, of which one request in ten fails, and exits 1 if a notification is lost, doubled or wrong.
Without --embedded it deploys the stack to the AWS emulator that AWS_ENDPOINT_URL names, as npm run test:e2e does.`;

const { values } = parseArgs({
  options: {
    embedded: { type: 'boolean', default: false },
    count: { type: 'string', default: '1000' },
    'at-once': { type: 'string', default: '25' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const [count, atOnce, seed] = [Number(values.count), Number(values['at-once']), Number(values.seed)];
  const isUsable = [count, atOnce, seed].every((number) => Number.isInteger(number) && number >= 1);
  if (values.help || !isUsable || (!values.embedded && !process.env.AWS_ENDPOINT_URL)) {
    console.error(HOW_TO);
    process.exitCode = 2;
    return;
  }
  const watches = planWatches(count, seed, 0.2);
  const result = values.embedded ? await soakEmbedded(watches) : await soakStack(watches, atOnce, seed);
  const { text, isGood } = describeSoak(result);
  console.log(`${text}\nSeed ${seed}. ${isGood ? 'Nothing lost, doubled or wrong.' : 'Something is wrong.'}`);
  process.exitCode = isGood ? 0 : 1;
}

void main();
