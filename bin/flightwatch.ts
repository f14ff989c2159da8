#!/usr/bin/env node
import { inspect } from 'node:util';
import { Command, CommanderError, Option, type OptionValues } from '@commander-js/extra-typings';
import type { AwsWatchOptions } from '../lib/cli/aws-watch';
import { reportProblem } from '../lib/cli/github-actions';
import { clearInterruptMessage } from '../lib/cli/interrupt';
import {
  checkApiBaseUrl,
  parseApiGeneration,
  parseDeploymentId,
  parseLimit,
  parseName,
  parseOutcome,
  parseTimeoutMinutes,
} from '../lib/cli/options';
import { reportError } from '../lib/cli/report-error';
import { createTerminal } from '../lib/cli/terminal';
import { explainUsage } from '../lib/cli/usage';
import { API_GENERATIONS } from '../lib/contract/api-generations';
import { version } from '../package.json';

// The AWS SDK is bundled, so which Node.js its next version needs does not concern the user.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const terminal = createTerminal(process);

const program = new Command('flightwatch')
  .description('Watches a Flightcontrol deployment and reports, once, how it ended.')
  .version(version)
  .option('--debug', 'show the stack trace of an error')
  .addHelpText(
    'after',
    '\nExit status: 0 SUCCEEDED; 1 FAILED or CANCELLED; 2 wrong usage; 3 TIMED_OUT or WATCH_FAILED; 130 interrupted.',
  )
  .configureOutput({
    writeOut: (text) => terminal.out(text.trimEnd()),
    writeErr: (text) => terminal.err(text.trimEnd()),
    // Its messages may repeat a value, which could be a credential.
    outputError: () => {},
  })
  .exitOverride();

const options = {
  json: new Option('--json', 'print JSON lines: each look at the deployment, then the notification record'),
  timeoutMinutes: new Option('--timeout-minutes <minutes>', 'time limit of the watch').argParser(parseTimeoutMinutes),
  stateMachineArn: new Option(
    '--state-machine-arn <arn>',
    'the state machine (default: FLIGHTWATCH_STATE_MACHINE_ARN, or the one called flightwatch)',
  ),
  historyTable: new Option('--history-table <name>', 'the history table (default: the one of the state machine)'),
  again: new Option('--again', 'watch again, even if there is a verdict'),
  api: new Option('--api <generation>', 'generation of the API, for a watch on this machine')
    .choices(API_GENERATIONS)
    .argParser(parseApiGeneration),
  apiBaseUrl: new Option('--api-base-url <url>', 'address of the API, for a watch on this machine').argParser(
    checkApiBaseUrl,
  ),
};

program
  .command('demo')
  .description('run sample watches on this machine, without an account')
  .option('--scenario <name>', 'run this scenario')
  .option('--list', 'list the scenarios')
  .action(async ({ scenario, list }) => {
    const { listScenarios, runDemo } = await import('../lib/cli/demo');
    if (list) listScenarios(terminal);
    else await runDemo(scenario, terminal);
  });

program
  .command('local')
  .description('watch a deployment on this machine, with the API key in FLIGHTCONTROL_API_KEY')
  .argument('<deploymentId>', 'id of the deployment, or an address that holds it', parseDeploymentId)
  .addOption(options.api)
  .addOption(options.apiBaseUrl)
  .addOption(options.timeoutMinutes)
  .addOption(options.json)
  .action(async (deploymentId, given) => {
    const { runLocal } = await import('../lib/cli/local');
    process.exitCode = await runLocal(deploymentId, given, terminal);
  });

addAwsOptions(program.command('start'))
  .description('start the watch in AWS and return at once')
  .argument('<deploymentId>', 'id of the deployment, or an address that holds it', parseDeploymentId)
  .action((deploymentId, given) => watchInAws(deploymentId, { ...given, wait: false }));

addAwsOptions(program.command('watch'))
  .description('start the watch in AWS, or join it, and follow it to its end')
  .argument('<deploymentId>', 'id of the deployment, or an address that holds it', parseDeploymentId)
  .action((deploymentId, given) => watchInAws(deploymentId, given));

addAwsOptions(program.command('trigger'))
  .description('call the deploy hook in FLIGHTCONTROL_DEPLOY_HOOK_URL, once, and watch the deployment')
  .option('--hook-url-stdin', "read the deploy hook's URL from standard input")
  .option('--branch <name>', 'deploy this branch')
  .option('--commit <sha>', 'deploy this commit of the branch, or of the pull request')
  .option('--pull-request <number>', "call a preview environment's hook for this pull request")
  .option('--force', 'deploy every service, even if nothing in its watch paths has changed')
  .option('--local', 'watch on this machine, with the API key in FLIGHTCONTROL_API_KEY')
  .option('--no-wait', 'start the watch and return at once')
  .addOption(options.api)
  .addOption(options.apiBaseUrl)
  .action(async (given) => {
    const { runTrigger } = await import('../lib/cli/trigger');
    process.exitCode = await runTrigger(given, terminal);
  });

program
  .command('set-key')
  .description("read the Flightcontrol API key from standard input, check it, and store it in the stack's secret")
  .addOption(
    new Option('--check <deploymentId>', 'check first that the key can read this deployment').argParser(
      parseDeploymentId,
    ),
  )
  .option('--no-check', 'store the key without asking the API')
  .addOption(options.stateMachineArn)
  .option('--json', 'print one JSON object')
  .action(async (given) => {
    const { runSetKey } = await import('../lib/cli/set-key');
    await runSetKey(given, terminal);
  });

program
  .command('connect-github')
  .description("create or update the GitHub webhook of a repository, with the receiver's address and secret")
  .argument('<owner/repo>', 'the repository, or an organisation')
  .option('--rotate', 'store a new secret first')
  .option('--remove', 'remove the webhook')
  .option('--webhook-url <url>', 'address of the receiver (default: the one of the state machine)')
  .option('--webhook-secret-arn <arn>', 'the secret of that receiver')
  .addOption(options.stateMachineArn)
  .option('--json', 'print one JSON object')
  .action(async (repository, given) => {
    const { runConnectGithub } = await import('../lib/cli/connect-github');
    await runConnectGithub(repository, given, terminal);
  });

program
  .command('status')
  .description('list the environments: last verdict, trend, usual duration, and what is running now')
  .option('--previews', 'list preview environments, too')
  .addOption(options.historyTable)
  .addOption(options.stateMachineArn)
  .option('--json', 'print one JSON object for each environment')
  .action(async (given) => {
    const { runStatus } = await import('../lib/cli/status');
    await runStatus(given, terminal);
  });

program
  .command('history')
  .description('list the verdicts about an environment, the newest first')
  .argument('<environment>', 'given id of the environment, such as production, or its id')
  .addOption(new Option('--limit <count>', 'list at most this many, 1 to 1000 (default: 20)').argParser(parseLimit))
  .addOption(options.historyTable)
  .addOption(options.stateMachineArn)
  .option('--json', 'print one JSON object for each verdict')
  .action(async (environment, given) => {
    const { runHistory } = await import('../lib/cli/history');
    await runHistory(environment, given, terminal);
  });

program
  .command('doctor')
  .description('check the installation, and say what to do about each thing that is wrong; changes nothing')
  .option('--repository <owner/repo>', "check this repository's GitHub webhook, too, with the token in GITHUB_TOKEN")
  .addOption(options.stateMachineArn)
  .option('--json', 'print one JSON object')
  .action(async (given) => {
    const { runDoctor } = await import('../lib/cli/doctor');
    process.exitCode = await runDoctor(given, version, terminal);
  });

program
  .command('test-notification')
  .description('publish a test notification, marked as such, and say who is subscribed')
  .addOption(
    new Option('--outcome <name>', 'as for this outcome; can be repeated (default: FAILED)').argParser(parseOutcome),
  )
  .addOption(options.stateMachineArn)
  .option('--json', 'print one JSON object')
  .action(async (given) => {
    const { runTestNotification } = await import('../lib/cli/test-notification');
    process.exitCode = await runTestNotification(given, terminal);
  });

program
  .command('stop')
  .description('stop the watch of a deployment in AWS; the notification says who asked for it')
  .argument('<deploymentId>', 'id of the deployment, or an address that holds it', parseDeploymentId)
  .addOption(
    new Option('--by <name>', 'who asks for it (default: the AWS identity of the caller)').argParser(parseName),
  )
  .addOption(options.stateMachineArn)
  .option('--json', 'print one JSON object')
  .action(async (deploymentId, given) => {
    const { runStop } = await import('../lib/cli/stop');
    await runStop(deploymentId, given, terminal);
  });

function addAwsOptions<Args extends unknown[], Opts extends OptionValues, Global extends OptionValues>(
  command: Command<Args, Opts, Global>,
) {
  return command
    .addOption(options.timeoutMinutes)
    .addOption(options.stateMachineArn)
    .addOption(options.again)
    .addOption(options.json);
}

async function watchInAws(deploymentId: string, given: AwsWatchOptions): Promise<void> {
  const { runAwsWatch } = await import('../lib/cli/aws-watch');
  process.exitCode = await runAwsWatch(deploymentId, given, terminal);
}

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) reportUsage(error);
    else fail(error);
  } finally {
    clearInterruptMessage();
  }
}

/** Help and the version have been printed. */
function reportUsage(error: CommanderError): void {
  process.exitCode = error.exitCode === 0 ? 0 : 2;
  if (error.exitCode !== 0 && error.code !== 'commander.help') reportProblem(explainUsage(error), terminal);
}

function fail(error: unknown): void {
  process.exitCode = reportError(error, terminal);
  if (program.opts().debug) terminal.err(inspect(error));
}

// Node.js itself would print the error as it is.
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

/** For who runs this without a process of its own, as tests do. */
export const finished = main();
