import { drawTimeline, type FollowedRound } from '../notification/timeline';
import type { Follower } from '../watch/follower';
import type { Look } from '../watch/look';

/** More than a deployment has by far; one that goes to and fro must not take up the memory. */
const MAX_ROUNDS = 300;

/** Keeps what the rounds of a watch saw, as far as a timeline needs it. */
export class TimelineRecorder implements Follower {
  private readonly rounds: FollowedRound[] = [];

  looked({ status, services, outage }: Look, at: Date): void {
    // What such a look passes on was seen earlier.
    if (outage !== null) return;
    const round = { at, status, services };
    const [before, last] = this.rounds.slice(-2);
    // Of rounds that saw the same, the first says since when and the last until when.
    if (before !== undefined && last !== undefined && isSame(before, last) && isSame(last, round)) this.rounds.pop();
    this.rounds.push(round);
    if (this.rounds.length > MAX_ROUNDS) this.rounds.shift();
  }

  /** Markdown; undefined if there is little to show. */
  draw(): string | undefined {
    return drawTimeline(this.rounds);
  }
}

function isSame(one: FollowedRound, other: FollowedRound): boolean {
  return one.status === other.status && one.services.join('\n') === other.services.join('\n');
}

/** Tells several followers about the same watch. */
export function followTogether(...followers: readonly Follower[]): Follower {
  const tell = (what: (follower: Follower) => void) => followers.forEach(what);
  return {
    started: (at) => tell((follower) => follower.started?.(at)),
    looked: (look, at) => tell((follower) => follower.looked?.(look, at)),
    taskFailed: (message, at) => tell((follower) => follower.taskFailed?.(message, at)),
    historyUnavailable: (error) => tell((follower) => follower.historyUnavailable?.(error)),
  };
}
