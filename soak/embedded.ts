import { startWatch } from '../lib/aws/start-watch';
import { DEFAULT_PACING } from '../lib/contract/pacing';
import { InMemoryStepFunctions } from '../test/support/hostile-aws';
import { findBrokenPromises } from '../test/support/hostile-checks';
import type { ApiFault, Story } from '../test/support/hostile-story';
import { playStory } from '../test/support/hostile-world';
import { STATE_MACHINE_ARN, StepFunctions } from '../test/support/step-functions';
import { FAILING_SHARE } from './flightcontrol';
import type { PlannedWatch } from './plan';
import type { SoakResult } from './report';

const FAULTS: readonly ApiFault[] = ['500', '502 in HTML', 'reset', 'HTML with 200', '404'];

/** A deployment of some minutes, in which one request in ten fails. */
function storyOf({ finalStatus, aborted, deliveries, seed }: PlannedWatch): Story {
  return {
    timeoutMinutes: 30,
    pacing: DEFAULT_PACING,
    latencySeconds: 0.3,
    phases: [
      { seconds: 10, status: 'PENDING', services: ['PENDING'] },
      { seconds: 20, status: 'INPROGRESS', services: ['PENDING'] },
      { seconds: 120, status: 'BUILDING', services: ['BUILDING'] },
      { seconds: 60, status: 'DEPLOYING', services: ['DEPLOYING'] },
    ],
    finalStatus,
    faults: FAULTS.map((fault) => ({ from: 0, seconds: 100_000, fault, share: FAILING_SHARE / FAULTS.length })),
    abortAt: aborted ? 100 : null,
    deliveries,
    seed,
  };
}

/** The same plan on the embedded engine, in virtual time: what an emulator loses, this must not. */
export async function soakEmbedded(watches: readonly PlannedWatch[]): Promise<SoakResult> {
  const startedAt = performance.now();
  const service = new StepFunctions();
  const stepFunctions = new InMemoryStepFunctions(service);
  const result = { records: [] as SoakResult['records'][number][], problems: [] as string[], all: 0, failed: 0 };
  for (const watch of watches) {
    const { deploymentId, announcements } = watch;
    const announce = () => startWatch(stepFunctions, STATE_MACHINE_ARN, { deploymentId });
    await Promise.all(Array.from({ length: announcements }, announce));
    const played = await playStory(storyOf(watch));
    result.records.push(...played.records.map((record) => ({ ...record, deploymentId })));
    result.problems.push(...findBrokenPromises(played).map((sentence) => `${deploymentId}: ${sentence}`));
    result.all += played.looks.reduce((sum, { requests }) => sum + requests, 0);
    result.failed += played.looks.filter(({ fault }) => fault !== undefined).length;
  }
  const executions = service.executionsOf(STATE_MACHINE_ARN).size;
  if (executions !== watches.length) result.problems.push(`${executions} executions of ${watches.length} deployments`);
  const { records, problems, ...requests } = result;
  return { watches, records, problems, executions, requests, seconds: (performance.now() - startedAt) / 1000 };
}
