import { warning } from '@actions/core';
import { runAwsWatch } from '../cli/aws-watch';
import { UsageError } from '../cli/errors';
import { runLocal } from '../cli/local';
import { defuseCommands } from '../cli/runner-commands';
import type { Terminal } from '../cli/terminal';
import { runTrigger } from '../cli/trigger';
import { readEvent } from './event';
import { type Inputs, readInputs } from './inputs';

/**
 * Runs the GitHub Action: the same commands as the command line, with a step's inputs.
 *
 * @returns the exit status
 * @throws UsageError, UnknownOutcomeError
 */
export async function runAction(terminal: Terminal): Promise<number> {
  try {
    return await runCommand(readInputs(), { ...terminal, err: (line) => terminal.err(nameInputs(line)) });
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(nameInputs(error.message), { cause: error.cause }) : error;
  }
}

/**
 * The commands name their options, and each is the input of the same name with dashes in front. What follows `--` is a
 * command for the reader's own terminal.
 */
function nameInputs(message: string): string {
  const options =
    /(?<! -- .*)--(?=(api|api-base-url|branch|commit|force|pull-request|state-machine-arn|timeout-minutes)\b)/g;
  return message.replace(options, '');
}

function runCommand(inputs: Inputs, terminal: Terminal): Promise<number> {
  const { deployHookUrl, deploymentId } = inputs;
  if (deployHookUrl !== undefined) return trigger(deployHookUrl, inputs, terminal);
  if (deploymentId !== undefined) return watch(deploymentId, inputs, terminal);
  return watchAnnounced(inputs, terminal);
}

function trigger(deployHookUrl: string, inputs: Inputs, terminal: Terminal): Promise<number> {
  const env = { ...terminal.env, FLIGHTCONTROL_DEPLOY_HOOK_URL: deployHookUrl };
  return runTrigger({ ...inputs, local: inputs.apiKey !== undefined }, { ...terminal, env });
}

function watch(deploymentId: string, inputs: Inputs, terminal: Terminal, announcedBy?: 'github'): Promise<number> {
  if (inputs.apiKey !== undefined) return runLocal(deploymentId, inputs, terminal);
  return runAwsWatch(deploymentId, { ...inputs, announcedBy }, terminal);
}

/** Watches the deployment that the event which started the job is about, if it is one of Flightcontrol's. */
async function watchAnnounced(inputs: Inputs, terminal: Terminal): Promise<number> {
  const event = readEvent(terminal);
  if (event.kind === 'deployment') return watch(event.deploymentId, inputs, terminal, 'github');
  if (event.kind === 'without id') warnOfMissingId(event.keys);
  else terminal.out('This event is about no deployment of Flightcontrol, or about one that is over: nothing to watch.');
  return 0;
}

function warnOfMissingId(keys: readonly string[]): void {
  const message = `The event comes from Flightcontrol but holds no id of a deployment, so nothing is watched. Please report this, with the names of its fields: ${keys.join(', ')}.`;
  warning(defuseCommands(message), { title: 'Flightwatch' });
}
