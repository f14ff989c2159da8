/** Bounds and default of a watch's time limit, in minutes: in settings, props and the input of a watch. */
export const MIN_TIMEOUT_MINUTES = 1;
export const MAX_TIMEOUT_MINUTES = 1440;
export const DEFAULT_TIMEOUT_MINUTES = 120;
