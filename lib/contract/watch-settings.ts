import { DEFAULT_PACING, type Pacing } from './pacing';
import { DEFAULT_TIMEOUT_MINUTES } from './time-limit';

/** What a watch is started with, in the definition of its state machine. */
export interface WatchSettings {
  readonly timeoutMinutes: number;
  readonly pacing: Pacing;
}

export const DEFAULT_WATCH_SETTINGS: WatchSettings = {
  timeoutMinutes: DEFAULT_TIMEOUT_MINUTES,
  pacing: DEFAULT_PACING,
};
