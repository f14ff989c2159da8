import { parse, validate } from '@aws-sdk/util-arn-parser';
import { CHECKOUT_COMMAND } from '../contract/own-command';

/** No shell reads anything else than text into it. */
const SAFE_NAME = /^[\w-]+$/;

/**
 * A command of the command line as the reader of a notification types it. Such a reader may have nothing installed, and
 * the package is not published: `npx flightwatch` would run whatever somebody else publishes under this name. The state
 * machine is always named, because its ARN also says which Region, and which of several installations.
 */
export function writeCommand(command: string, executionArn: string): string {
  const stateMachineArn = stateMachineOf(executionArn);
  const option = stateMachineArn === undefined ? '' : ` --state-machine-arn ${stateMachineArn}`;
  return `${CHECKOUT_COMMAND} ${command}${option}`;
}

/** Undefined for an execution of the embedded engine. */
function stateMachineOf(executionArn: string): string | undefined {
  if (!validate(executionArn)) return undefined;
  const { partition, region, accountId, resource } = parse(executionArn);
  const [, name = ''] = resource.split(':');
  if (region === 'local' || !SAFE_NAME.test(name)) return undefined;
  return `arn:${partition}:states:${region}:${accountId}:stateMachine:${name}`;
}
