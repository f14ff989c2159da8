/** Bounds and default of a watch's time limit, in minutes: in settings, props and the input of a watch. */
export const MIN_TIMEOUT_MINUTES = 1;
export const MAX_TIMEOUT_MINUTES = 1440;
export const DEFAULT_TIMEOUT_MINUTES = 120;

/** No execution of a watch takes longer than this: its state machine ends it. */
export const LONGEST_WATCH_MINUTES = MAX_TIMEOUT_MINUTES + 60;
