import { createStepFunctionsClient } from '../lib/aws/clients';
import type { ExecutionStatusChange } from '../lib/aws/execution-status-change';
import { readLastLook } from '../lib/aws/last-look';
import { writeMetrics } from '../lib/aws/watch-metrics';
import { measureEnvironment } from '../lib/contract/environment';

const stepFunctions = createStepFunctionsClient();

/** Lambda's entry. Writes the metrics of a watch, or of a report of one, that has ended. */
export async function handler({ detail }: ExecutionStatusChange): Promise<void> {
  const { stateMachineName } = measureEnvironment.decode(process.env);
  const { look } = await readLastLook(stepFunctions, detail.executionArn);
  writeMetrics(detail, look, stateMachineName);
}
