import fc from 'fast-check';
import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { STATES } from '../../lib/contract/states';
import type { Look } from '../../lib/watch/look';
import { tries } from '../support/thorough';
import { answer, STARTED_AT, watch } from '../support/world';

interface Sight {
  readonly seconds: number;
  readonly status: string;
  readonly service: string;
}

const anyStatus = fc.constantFrom('PENDING', 'INPROGRESS', 'BUILDING', 'DEPLOYING', 'PROVISIONING', 'A_NEW_STATUS');

/** What is next, and after how many seconds. */
const anyChange = fc.record({ after: fc.integer({ min: 1, max: 400 }), status: anyStatus, service: anyStatus });

// The task's time-out in the definition goes with the default.
test('every change is in the history at the look that first saw it, and rounds without news are few', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyChange, { minLength: 1, maxLength: 8 }),
      fc.nat(DEFAULT_PACING.lingerSeconds),
      async (changes, lingerSeconds) => {
        const seen: Sight[] = [];
        const answerAt = (seconds: number) => {
          const { status, service } = stateAt(changes, seconds);
          if (isNew(seen.at(-1), status, service)) seen.push({ seconds, status, service });
          return answer(status, [{ name: 'web', status: service }]);
        };

        const run = await watch({ script: [{ answerAt }], settings: { pacing: { lingerSeconds } } });

        const rounds = run.events.filter(({ type, state }) => type === 'StateExited' && state?.name === STATES.poll);
        const told = rounds.map(({ state, timestamp }) => asSight(state?.output as { look: Look }, timestamp));
        expect(told.filter((sight, index) => isNew(told[index - 1], sight.status, sight.service))).toEqual(seen);
        expect(run.notifications[0]?.phases ?? []).toEqual(phasesOf(seen));
        expect(rounds.length - seen.length).toBeLessThanOrEqual(run.secondsTaken / Math.max(4, lingerSeconds) + 1);
      },
    ),
    tries(10, 80),
  );
});

function stateAt(changes: readonly { after: number; status: string; service: string }[], seconds: number) {
  let at = 0;
  let current = { status: 'PENDING', service: 'PENDING' };
  for (const { after, ...next } of changes) {
    at += after;
    if (seconds < at) return current;
    current = next;
  }
  return { status: 'SUCCESS', service: 'SUCCESS' };
}

/** The last sight is the deployment's end, and no phase. */
function phasesOf(seen: readonly Sight[]) {
  const changes = seen.filter(({ status }, index) => status !== seen[index - 1]?.status);
  return changes.slice(0, -1).map(({ status, seconds }, index) => ({
    status,
    from: new Date(STARTED_AT.getTime() + seconds * 1000).toISOString(),
    seconds: Math.round((changes[index + 1]?.seconds ?? 0) - seconds),
  }));
}

function isNew(last: Sight | undefined, status: string, service: string): boolean {
  return last?.status !== status || last.service !== service;
}

function asSight({ look }: { look: Look }, timestamp: number): Sight {
  const { status, services } = look;
  const seconds = (timestamp - STARTED_AT.getTime()) / 1000;
  return { seconds, status: status ?? '', service: (services[0] ?? '').replace('web: ', '') };
}
