import { basename, relative } from 'node:path';
import { CHECKOUT_COMMAND, IN_CHECKOUT, PACKAGE_COMMAND } from '../contract/own-command';

/** How the command line is called. */
export interface OwnCommand {
  /** What is typed before a command of ours, such as `npx flightwatch`. */
  readonly start: string;
  /** Where. @default - where the reader is */
  readonly place?: string;
  /** Whether the deployment of the stack can be advised, too. */
  readonly isCheckout: boolean;
}

/** For readers of a log, who are not where the command ran. */
export const ELSEWHERE: OwnCommand = { start: CHECKOUT_COMMAND, place: IN_CHECKOUT, isCheckout: true };

const NAME = 'flightwatch';

/** What the user has typed, as far as it can be known: npm tells it in variables, the shell does not. */
export function findOwnCommand(process: Pick<NodeJS.Process, 'argv' | 'cwd' | 'env'>): OwnCommand {
  const { env } = process;
  const script = process.argv[1] ?? '';
  const isCheckout = !/[\\/]node_modules[\\/]/.test(script);
  if (env.npm_command === 'exec' || !isCheckout) return { start: PACKAGE_COMMAND, isCheckout };
  // The link of a package that is installed for all projects.
  if (basename(script) === NAME) return { start: NAME, isCheckout: false };
  if (env.CI) return ELSEWHERE;
  const isScript = env.npm_command !== undefined && env.npm_package_name === NAME;
  return { start: isScript ? CHECKOUT_COMMAND : `node ${quote(relative(process.cwd(), script))}`, isCheckout };
}

function quote(path: string): string {
  return /^[\w./\\-]+$/.test(path) ? path : `"${path}"`;
}

/**
 * A sentence that ends with a command which its reader can type as it is.
 *
 * @param lead such as `To join it`
 * @param command without the beginning, such as `watch clx1`
 */
export function adviseCommand(lead: string, command: string, terminal: { readonly command: OwnCommand }): string {
  const { start, place } = terminal.command;
  return `${lead}${place === undefined ? '' : `, ${place}`}: ${start} ${command}`;
}
