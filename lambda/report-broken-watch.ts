import { createStepFunctionsClient } from '../lib/aws/clients';
import type { ExecutionStatusChange } from '../lib/aws/execution-status-change';
import { reportIfBroken } from '../lib/aws/report-broken-watch';
import { reportEnvironment } from '../lib/contract/environment';

const stepFunctions = createStepFunctionsClient();

/** Lambda's entry. Lambda retries what is thrown, and then sends the event to the dead-letter queue. */
export async function handler(event: ExecutionStatusChange): Promise<void> {
  const report = await reportIfBroken(stepFunctions, event, reportEnvironment.decode(process.env));
  if (report !== undefined) console.warn(report);
}
