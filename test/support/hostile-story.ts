import fc from 'fast-check';
import type { Pacing } from '../../lib/contract/pacing';

/** What the API can do in place of an answer. */
export const API_FAULTS = [
  '500',
  '502 in HTML',
  'reset',
  'cut body',
  'HTML with 200',
  'time-out',
  'trickle',
  '404',
  '401',
  '403',
  '429',
  '429 for 1 s',
  '429 for 50 s',
  '429 for an hour',
  'other deployment',
  'no status',
] as const;
export type ApiFault = (typeof API_FAULTS)[number];

export const SECRET_FAULTS = ['secret unavailable', 'secret unusable'] as const;
export type SecretFault = (typeof SECRET_FAULTS)[number];

export const FUNCTION_FAULTS = ['function throttled', 'function killed', 'function hangs'] as const;
export type FunctionFault = (typeof FUNCTION_FAULTS)[number];

export const TOPIC_FAULT = 'topic unavailable';

export const EVENT_BUS_FAULTS = ['event bus unavailable', 'event bus hangs'] as const;
export const HISTORY_FAULT = 'history unavailable';

export type Fault =
  | ApiFault
  | SecretFault
  | FunctionFault
  | typeof TOPIC_FAULT
  | (typeof EVENT_BUS_FAULTS)[number]
  | typeof HISTORY_FAULT;

/** All times are in seconds since the start of the watch. */
export interface FaultPeriod {
  readonly from: number;
  readonly seconds: number;
  readonly fault: Fault;
  /** The share of requests, reads or calls that it hits, 0 to 1; 1 is an outage, less is flapping. */
  readonly share: number;
}

export interface Phase {
  readonly seconds: number;
  readonly status: string;
  readonly services: readonly string[];
}

/** Everything that happens to a watch. It is plain JSON, and the same story is always played in the same way. */
export interface Story {
  readonly timeoutMinutes: number;
  readonly pacing: Pacing;
  /** How long the API takes for an answer. */
  readonly latencySeconds: number;
  readonly phases: readonly Phase[];
  /** The status that the deployment ends with; null if it never ends. */
  readonly finalStatus: string | null;
  readonly faults: readonly FaultPeriod[];
  /** When somebody aborts the execution, if it still runs; null for never. */
  readonly abortAt: number | null;
  /** How often EventBridge delivers the event of an end; 0 loses it. */
  readonly deliveries: number;
  /** Of everything that is random: jitter, flapping, and where a function is killed. */
  readonly seed: number;
}

/** The task's time-out and retries are part of the definition, which is synthesised once for each. */
const LINGERS = [0, 1, 5, 30, 60, 120, 180, 240] as const;

const STATUSES = ['PENDING', 'INPROGRESS', 'BUILDING', 'DEPLOYING', 'PROVISIONING', 'A_NEW_STATUS'] as const;
const FINAL_STATUSES = ['SUCCESS', 'NO_CHANGE', 'CANCELLED', 'ERROR', 'BUILD_ERROR', 'DEPLOY_ERROR', null] as const;

const anySeed = fc.integer({ min: 1, max: 2 ** 31 - 1 });

const anyStatus = fc.constantFrom(...STATUSES);

const anyPhase: fc.Arbitrary<Phase> = fc.record({
  seconds: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 900 })),
  status: anyStatus,
  services: fc.array(anyStatus, { maxLength: 2 }),
});

const anyInterval = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 3, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 300) },
);

const anyPacing: fc.Arbitrary<Pacing> = fc.record({
  pendingSeconds: anyInterval,
  preparingSeconds: anyInterval,
  buildingSeconds: anyInterval,
  deployingSeconds: anyInterval,
  lingerSeconds: fc.constantFrom(...LINGERS),
});

/** Around what is promised: a minute, five, ten, fifteen and twenty-five. */
const anyDuration = fc.oneof(
  fc.integer({ min: 1, max: 50 }),
  fc.integer({ min: 50, max: 75 }),
  fc.integer({ min: 200, max: 330 }),
  fc.integer({ min: 500, max: 640 }),
  fc.integer({ min: 850, max: 1600 }),
);

const anyShare = fc.oneof(
  fc.constant(1),
  fc.integer({ min: 1, max: 19 }).map((twentieths) => twentieths / 20),
);

const anyPeriod: fc.Arbitrary<FaultPeriod> = fc.oneof(
  { weight: 8, arbitrary: periodOf(API_FAULTS, anyDuration) },
  { weight: 2, arbitrary: periodOf(SECRET_FAULTS, anyDuration) },
  { weight: 2, arbitrary: periodOf(FUNCTION_FAULTS, fc.oneof(anyDuration, fc.integer({ min: 1600, max: 4000 }))) },
  // Publishing has patience of its own; an outage that is longer has an alarm instead of a notification.
  { weight: 1, arbitrary: periodOf([TOPIC_FAULT], fc.integer({ min: 1, max: 20 })) },
  { weight: 1, arbitrary: periodOf([...EVENT_BUS_FAULTS, HISTORY_FAULT], anyDuration) },
);

function periodOf(faults: readonly Fault[], seconds: fc.Arbitrary<number>): fc.Arbitrary<FaultPeriod> {
  const from = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1500 }));
  return fc.record({ from, seconds, fault: fc.constantFrom(...faults), share: anyShare });
}

/** Periods that follow each other, as pauses between them. */
function chainOf(period: fc.Arbitrary<FaultPeriod>, maxPauseSeconds: number): fc.Arbitrary<FaultPeriod[]> {
  const anyLink = fc.tuple(fc.integer({ min: 0, max: maxPauseSeconds }), period);
  return fc.array(anyLink, { maxLength: 6 }).map((links) => {
    let at = 0;
    return links.map(([pause, link]) => {
      const from = at + pause;
      at = from + link.seconds;
      return { ...link, from };
    });
  });
}

const anyEventfulStory: fc.Arbitrary<Story> = fc.record({
  timeoutMinutes: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(60, 120)),
  pacing: anyPacing,
  latencySeconds: fc.constantFrom(0, 0.3, 1.7, 9),
  phases: fc.array(anyPhase, { maxLength: 5 }),
  finalStatus: fc.constantFrom(...FINAL_STATUSES),
  faults: fc.oneof(fc.array(anyPeriod, { maxLength: 5 }), chainOf(anyPeriod, 90)),
  abortAt: fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 1500 }) },
  ),
  deliveries: fc.constantFrom(0, 1, 1, 3),
  seed: anySeed,
});

const anyShortPeriod = fc.oneof(
  periodOf(['500', '404', 'HTML with 200', '429 for 1 s'], fc.integer({ min: 15, max: 120 })),
  periodOf(['function killed'], fc.integer({ min: 15, max: 60 })),
);

/** One long phase, and faults all the time: what matters is what a watch remembers from look to look. */
const anyTroubledStory: fc.Arbitrary<Story> = fc.record({
  timeoutMinutes: fc.constant(60),
  pacing: anyPacing,
  latencySeconds: fc.constantFrom(0, 0.3),
  phases: fc.constant([{ seconds: 3000, status: 'BUILDING', services: [] }]),
  finalStatus: fc.constant('SUCCESS'),
  faults: fc
    .tuple(chainOf(anyShortPeriod, 30), fc.integer({ min: 450, max: 650 }))
    .map(([chain, seconds]) => [...chain, { ...endOf(chain), seconds, fault: '500' as const, share: 1 }]),
  abortAt: fc.constant(null),
  deliveries: fc.constant(1),
  seed: anySeed,
});

/** A verdict that cannot be published or sent as an event at first, and a person who aborts the execution meanwhile. */
const anyUnpublishedStory: fc.Arbitrary<Story> = fc
  .record({
    story: anyEventfulStory,
    seconds: fc.integer({ min: 10, max: 40 }),
    fault: fc.constantFrom(TOPIC_FAULT, ...EVENT_BUS_FAULTS),
    abortAt: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ story, seconds, fault, abortAt }) => {
    const faults: FaultPeriod[] = [{ from: 0, seconds, fault, share: 1 }];
    return { ...story, phases: story.phases.slice(0, 1), faults, abortAt };
  });

function endOf(chain: readonly FaultPeriod[]): { from: number } {
  const last = chain.at(-1);
  return { from: last === undefined ? 100 : last.from + last.seconds };
}

export const anyStory = fc.oneof(
  { weight: 7, arbitrary: anyEventfulStory },
  { weight: 3, arbitrary: anyTroubledStory },
  { weight: 1, arbitrary: anyUnpublishedStory },
);

/** What the API would say at a time. */
export function deploymentAt({ phases, finalStatus }: Story, at: number): Phase {
  let end = 0;
  for (const phase of phases) {
    end += phase.seconds;
    if (at < end) return phase;
  }
  const services = phases.at(-1)?.services ?? [];
  return { seconds: Number.POSITIVE_INFINITY, status: finalStatus ?? 'DEPLOYING', services };
}

/** The fault that hits a request, a read or a call at a time. The first period that covers it and strikes wins. */
export function faultAt<const Kind extends Fault>(
  { faults }: Story,
  kinds: readonly Kind[],
  at: number,
  random: () => number,
): Kind | undefined {
  const covering = faults.filter(({ from, seconds, fault }) => at >= from && at < from + seconds && isIn(kinds, fault));
  return covering.find(({ share }) => random() < share)?.fault as Kind | undefined;
}

function isIn(kinds: readonly Fault[], fault: Fault): boolean {
  return kinds.includes(fault);
}
