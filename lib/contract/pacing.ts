/** How often the API is asked in each phase, and how long one function call stays and asks again; all in seconds. */
export interface Pacing {
  /** While the deployment waits for another one. */
  readonly pendingSeconds: number;
  /** While the build is prepared. */
  readonly preparingSeconds: number;
  /** While services build. */
  readonly buildingSeconds: number;
  /** While services deploy or their resources are made; the phase that most deployments end in. */
  readonly deployingSeconds: number;
  /** How long one function call goes on asking while nothing changes; 0 makes every look a round. */
  readonly lingerSeconds: number;
}

/** Measured, see docs/performance.md. */
export const DEFAULT_PACING: Pacing = {
  pendingSeconds: 20,
  preparingSeconds: 5,
  buildingSeconds: 15,
  deployingSeconds: 5,
  lingerSeconds: 120,
};

/** Upper bound of `lingerSeconds`; the function's time-out is a sum that contains it. */
const MAX_LINGER_SECONDS = 240;

const INTERVAL_BOUNDS = { least: 1, most: 3600 } as const;

/** What each may be, in whole seconds. */
export const PACING_BOUNDS: Readonly<Record<keyof Pacing, { readonly least: number; readonly most: number }>> = {
  pendingSeconds: INTERVAL_BOUNDS,
  preparingSeconds: INTERVAL_BOUNDS,
  buildingSeconds: INTERVAL_BOUNDS,
  deployingSeconds: INTERVAL_BOUNDS,
  lingerSeconds: { least: 0, most: MAX_LINGER_SECONDS },
};
