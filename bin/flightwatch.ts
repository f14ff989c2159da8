#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { UnknownEndError, UsageError } from '../lib/cli/errors';
import { nothingToInterrupt } from '../lib/cli/interrupt';
import { messageOf } from '../lib/text';
import { version } from '../package.json';

// The AWS SDK is bundled: which Node.js its next version will want is no concern of the user's.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const print = (line: string) => console.log(line);

const program = new Command('flightwatch')
  .description('Watches a Flightcontrol deployment to its end and says, once, how it ended.')
  .version(version)
  .option('--debug', 'show the stack trace of an error')
  .addHelpText(
    'after',
    '\nExit status: 0 SUCCEEDED; 1 FAILED or CANCELLED; 2 wrong usage; 3 TIMED_OUT or WATCH_FAILED; 130 interrupted.',
  )
  .exitOverride();

const options = {
  json: ['--json', 'one JSON object a line: progress, then the notification record'],
  timeoutMinutes: ['--timeout-minutes <minutes>', 'how long the watch may take'],
  stateMachineArn: [
    '--state-machine-arn <arn>',
    'the state machine (default: FLIGHTWATCH_STATE_MACHINE_ARN, or the one called flightwatch)',
  ],
  again: ['--again', 'watch once more, although there is a verdict'],
} as const;

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

addApiOptions(program.command('local'))
  .description('watch a deployment from here; the API key is read from FLIGHTCONTROL_API_KEY')
  .argument('<deploymentId>')
  .option(...options.timeoutMinutes)
  .option(...options.json)
  .action(async (deploymentId: string, given: object) => {
    const { runLocal } = await import('../lib/cli/local');
    process.exitCode = await runLocal(deploymentId, given, process.env, print);
  });

addAwsOptions(program.command('start'))
  .description('start the watch in AWS and return at once')
  .argument('<deploymentId>')
  .action((deploymentId: string, given: object) => watchInAws(deploymentId, { ...given, wait: false }));

addAwsOptions(program.command('watch'))
  .description('start the watch in AWS, or join it, and follow it to its end')
  .argument('<deploymentId>')
  .action(watchInAws);

addApiOptions(addAwsOptions(program.command('trigger')))
  .description('call the deploy hook in FLIGHTCONTROL_DEPLOY_HOOK_URL, once, and watch the deployment')
  .option('--hook-url-stdin', "read the deploy hook's URL from standard input")
  .option('--branch <name>', 'deploy this branch')
  .option('--commit <sha>', 'deploy this commit of the branch')
  .option('--force', 'deploy every service, whatever its watch paths')
  .option('--local', 'watch from here; the API key is read from FLIGHTCONTROL_API_KEY')
  .option('--no-wait', 'start the watch and return at once')
  .action(async (given: object) => {
    const { runTrigger } = await import('../lib/cli/trigger');
    process.exitCode = await runTrigger(given, process.env, print);
  });

program
  .command('set-key')
  .description("store the Flightcontrol API key in the stack's secret; it is read from standard input")
  .option('--check <deploymentId>', 'prove first that the key can read this deployment')
  .option(...options.stateMachineArn)
  .option('--json', 'say it as one JSON object')
  .action(async (given: object) => {
    const { runSetKey } = await import('../lib/cli/set-key');
    await runSetKey(given, process.env, print);
  });

function addAwsOptions(command: Command): Command {
  return command
    .option(...options.timeoutMinutes)
    .option(...options.stateMachineArn)
    .option(...options.again)
    .option(...options.json);
}

function addApiOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--api <generation>', 'generation of the API, for a watch from here').choices(['legacy', 'v1']),
    )
    .option('--api-base-url <url>', 'another address of the API, for a watch from here');
}

async function watchInAws(deploymentId: string, given: object): Promise<void> {
  const { runAwsWatch } = await import('../lib/cli/aws-watch');
  process.exitCode = await runAwsWatch(deploymentId, given, process.env, print);
}

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else report(error);
  } finally {
    nothingToInterrupt();
  }
}

function report(error: unknown): void {
  const expected = error instanceof UsageError || error instanceof UnknownEndError;
  console.error(expected ? error.message : `Flightwatch failed: ${messageOf(error)}`);
  if (program.opts().debug) console.error(error);
  process.exitCode = error instanceof UsageError ? 2 : 3;
}

// Whoever reads our output may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? 3);
});

void main();
