import { randomExponential, randomLcg, randomLogNormal, randomUniform } from 'd3-random';
import type { Deployment } from '../lib/flightcontrol/deployment';

/** A deployment as a script: from which second it has which status. */
export interface SimulatedDeployment {
  readonly phases: readonly { readonly from: number; readonly status: string }[];
  readonly endsAt: number;
}

/**
 * PENDING mostly none, 15 % exponential with mean 180 s; INPROGRESS 5 to 25 s; BUILDING lognormal, median 180 s, sigma
 * 0.5; DEPLOYING lognormal, median 150 s, sigma 0.4; 10 % NO_CHANGE after INPROGRESS, 8 % BUILD_ERROR within BUILDING,
 * 4 % DEPLOY_ERROR within DEPLOYING, 3 % CANCELLED anywhere. All durations in seconds, times `scale`.
 */
export function simulateDeployments(count: number, seed: number, scale: number): SimulatedDeployment[] {
  const chance = randomUniform.source(randomLcg(seed))();
  const source = randomLcg(seed + 0.5);
  const pending = randomExponential.source(source)(1 / 180);
  const preparing = randomUniform.source(source)(5, 25);
  const building = randomLogNormal.source(source)(Math.log(180), 0.5);
  const deploying = randomLogNormal.source(source)(Math.log(150), 0.4);

  function simulate(): SimulatedDeployment {
    const lengths = {
      PENDING: chance() < 0.15 ? pending() : 0,
      INPROGRESS: preparing(),
      BUILDING: building(),
      DEPLOYING: deploying(),
    };
    const fate = chance();
    if (fate < 0.1) return script({ PENDING: lengths.PENDING, INPROGRESS: lengths.INPROGRESS }, 'NO_CHANGE', 1);
    if (fate < 0.18) {
      const { DEPLOYING: _, ...untilBuild } = lengths;
      return script({ ...untilBuild, BUILDING: lengths.BUILDING * chance() }, 'BUILD_ERROR', 1);
    }
    if (fate < 0.22) return script({ ...lengths, DEPLOYING: lengths.DEPLOYING * chance() }, 'DEPLOY_ERROR', 1);
    return fate < 0.25 ? script(lengths, 'CANCELLED', chance()) : script(lengths, 'SUCCESS', 1);
  }

  /** @param share how much of it happens before the end. */
  function script(lengths: Readonly<Record<string, number>>, end: string, share: number): SimulatedDeployment {
    const total = Object.values(lengths).reduce((sum, length) => sum + length, 0) * scale * share;
    const phases: { from: number; status: string }[] = [];
    let from = 0;
    for (const [status, length] of Object.entries(lengths)) {
      if (length > 0 && from < total) phases.push({ from, status });
      from += length * scale;
    }
    return { phases: [...phases, { from: total, status: end }], endsAt: total };
  }

  return Array.from({ length: count }, simulate);
}

/** What the API would say of it; its two services change with it. */
export function deploymentAt({ phases }: SimulatedDeployment, seconds: number): Deployment {
  const status = phases.findLast(({ from }) => from <= seconds)?.status ?? 'PENDING';
  const services = [
    { name: 'web-api', status },
    { name: 'worker', status },
  ];
  return { deploymentId: 'clx1', status, environment: { id: 'production' }, repository: {}, services };
}
