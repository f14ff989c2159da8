import { runAction } from '../lib/action/run-action';
import { clearInterruptMessage } from '../lib/cli/interrupt';
import { ELSEWHERE } from '../lib/cli/own-command';
import { reportError } from '../lib/cli/report-error';
import { createTerminal } from '../lib/cli/terminal';

// The AWS SDK is bundled, so which Node.js its next version needs does not concern the user.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const terminal = createTerminal(process, ELSEWHERE);

async function main(): Promise<void> {
  try {
    process.exitCode = await runAction(terminal);
  } catch (error) {
    process.exitCode = reportError(error, terminal);
  } finally {
    clearInterruptMessage();
  }
}

// Node.js itself would print the error as it is.
process.on('uncaughtException', (error) => {
  process.exit(reportError(error, terminal));
});

/** For who runs this without a process of its own, as tests do. */
export const finished = main();
