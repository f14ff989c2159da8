#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { UsageError } from '../lib/cli/errors';
import { messageOf } from '../lib/text';
import { version } from '../package.json';

const print = (line: string) => console.log(line);

const program = new Command('flightwatch')
  .description('Watches a Flightcontrol deployment to its end and says, once, how it ended.')
  .version(version)
  .option('--debug', 'show the stack trace of an error')
  .exitOverride();

program
  .command('demo')
  .description('run whole watches here, with no account')
  .option('--scenario <name>', 'show one of the scenarios')
  .option('--list', 'name the scenarios')
  .action(async ({ scenario, list }: { scenario?: string; list?: boolean }) => {
    const { listScenarios, runDemo } = await import('../lib/cli/demo');
    if (list) listScenarios(print);
    else await runDemo(scenario, print);
  });

program
  .command('local')
  .description('watch a deployment from here; the API key is read from FLIGHTCONTROL_API_KEY')
  .argument('<deploymentId>')
  .option('--timeout-minutes <minutes>', 'how long the watch may take (default: 120)')
  .addOption(new Option('--api <generation>', 'generation of the API').choices(['legacy', 'v1']).default('legacy'))
  .option('--api-base-url <url>', 'another address of the API')
  .option('--json', 'one JSON object a line: progress, then the notification record')
  .action(async (deploymentId: string, options: object) => {
    const { runLocal } = await import('../lib/cli/local');
    process.once('SIGINT', () => {
      console.error('Interrupted; this watch ran on this machine and is over. The deployment itself goes on.');
      process.exit(130);
    });
    process.exitCode = await runLocal(deploymentId, options, process.env, print);
  });

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else report(error);
  }
}

function report(error: unknown): void {
  console.error(error instanceof UsageError ? error.message : `Flightwatch failed: ${messageOf(error)}`);
  if (program.opts().debug) console.error(error);
  process.exitCode = error instanceof UsageError ? 2 : 3;
}

void main();
