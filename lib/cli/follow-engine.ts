import type { HistoryEvent } from '../local/engine';
import { describeTaskFailure, type Follower, readNewLook } from '../watch/follower';
import type { Look } from '../watch/look';

/** Tells a follower about a watch on the embedded engine, as `followExecution` does for a watch in AWS. */
export function followEngine(follower: Follower): (event: HistoryEvent) => void {
  return (event) => {
    const at = new Date(event.timestamp);
    const look = lookOf(event);
    const failure = taskFailureOf(event);
    if (event.type === 'ExecutionStarted') follower.started?.(at);
    if (look !== undefined) follower.looked?.(look, at);
    if (failure !== undefined) follower.taskFailed?.(failure, at);
  };
}

/** The look that a state has just taken. */
export function lookOf({ type, state }: HistoryEvent): Look | undefined {
  return type === 'StateExited' ? readNewLook(state?.name, state?.output) : undefined;
}

/** Why a task has just failed. */
export function taskFailureOf({ type, state, Error: error, Cause: cause }: HistoryEvent): string | undefined {
  if (type !== 'StateFailed' || state?.type !== 'Task') return undefined;
  return describeTaskFailure(error, String(cause));
}
