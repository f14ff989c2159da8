import { createStepFunctionsClient } from '../lib/aws/clients';
import { sweepWatches } from '../lib/aws/sweep-watches';
import { reportEnvironment } from '../lib/contract/environment';

const stepFunctions = createStepFunctionsClient();

/** Lambda's entry, on a schedule. Lambda retries what is thrown, and the next sweeps look at the same watches again. */
export async function handler(): Promise<void> {
  const stateMachines = reportEnvironment.decode(process.env);
  await sweepWatches(stepFunctions, stateMachines, new Date(), (report) => console.warn(report));
}
