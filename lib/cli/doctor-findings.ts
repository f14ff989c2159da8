import { messageOf, oneLine } from '../text';
import { describeAwsError, kindOfAwsError } from './errors';

/** What a check found: a line for the user. `unknown` counts as not well. */
export interface Finding {
  /** What was checked. */
  readonly name: string;
  readonly state: 'good' | 'bad' | 'unknown';
  /** What is so, in sentences. */
  readonly found: string;
  /** What to do about it, in sentences. */
  readonly todo?: string | undefined;
  /** To be typed as they are. */
  readonly commands?: readonly string[] | undefined;
  /** Address of the page that shows it. */
  readonly link?: string | undefined;
}

/** How AWS names the action that it refused. */
const REFUSED_ACTION = /not authorized to perform:? ([a-z\d-]+:[A-Za-z]+)/;

export interface CheckSubject extends Pick<Finding, 'name' | 'link'> {
  /** The permissions that the check needs, for the case that AWS does not name the one that is missing. */
  readonly needs: readonly string[];
}

/** Runs a check. What keeps it from finding out is a finding, too. */
export async function examine(
  subject: CheckSubject,
  check: () => Promise<Finding | readonly Finding[]>,
): Promise<Finding[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    return [explainFailure(subject, error)];
  }
}

function explainFailure({ name, needs, link }: CheckSubject, error: unknown): Finding {
  if (isMissing(error)) {
    const found = `Not known, because something no longer exists (${oneLine(messageOf(error))}).`;
    return { name, state: 'unknown', found, todo: REMAKE, link };
  }
  const denied = deniedAction(error, needs);
  if (denied === undefined) return { name, state: 'unknown', found: describeAwsError(error), link };
  return {
    name,
    state: 'unknown',
    found: `Not known, because AWS denied ${denied}.`,
    todo: `Allow ${denied} for your user or role, or use another one.`,
    link,
  };
}

/** @returns the action that AWS denied; undefined if the error is another one */
function deniedAction(error: unknown, needs: readonly string[]): string | undefined {
  if (!isDenied(error)) return undefined;
  return REFUSED_ACTION.exec(messageOf(error))?.[1] ?? needs.join(' or ');
}

/** What to do about a resource of the stack that was deleted by hand. */
export const REMAKE = 'Somebody deleted it, and CloudFormation does not notice: delete the stack and deploy it again.';

/** How SNS, Lambda, EventBridge and SQS call something that does not exist; SQS has an older name for it, too. */
const MISSING = /^((Resource)?NotFoundException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/;

export function isMissing(error: unknown): boolean {
  return MISSING.test((error as Error).name);
}

export function isDenied(error: unknown): boolean {
  return kindOfAwsError(error) === 'denied';
}
