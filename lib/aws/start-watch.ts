import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { executionArn, executionName } from '../contract/execution-name';
import type { Outcome } from '../contract/outcomes';
import { readVerdict } from './verdict';

export interface Announcement {
  /** Checked by the caller: it becomes part of a name. */
  readonly deploymentId: string;
  /** Checked by the watch itself. */
  readonly timeoutMinutes?: unknown;
  /** The event that announces the deployment. @default - none, it is announced by hand */
  readonly eventId?: string;
  /** All events of GitHub about one deployment together are one announcement. @default - announced in another way */
  readonly announcedBy?: typeof GITHUB;
}

export interface AnnouncedWatch {
  readonly executionArn: string;
  /** The verdict of an earlier watch. Without it, the watch is running, or the same announcement started it before. */
  readonly verdict?: Outcome | undefined;
}

interface Request {
  readonly stepFunctions: SFNClient;
  readonly stateMachineArn: string;
  readonly announcement: Announcement;
  /** Whether to watch once more although there is a verdict. */
  readonly again: boolean;
}

export type Execution = Pick<DescribeExecutionCommandOutput, 'status' | 'error' | 'input'>;

/** As the value of `announcedBy`. */
const GITHUB = 'github';

/**
 * Step Functions frees a name 90 days after its execution has closed. So before a name is used, this many later ones
 * are looked for.
 */
export const LOOK_AHEAD = [1, 2];

/**
 * The only way to start a watch, so that a deployment is watched once, however often it is announced. The execution's
 * name ensures it: of two announcements at the same instant, Step Functions accepts one.
 *
 * @param again whether to watch once more although there is a verdict.
 * @throws what the AWS SDK throws
 */
export async function startWatch(
  stepFunctions: SFNClient,
  stateMachineArn: string,
  announcement: Announcement,
  { again = false }: { readonly again?: boolean } = {},
): Promise<AnnouncedWatch> {
  const request = { stepFunctions, stateMachineArn, announcement, again };
  for (let attempt = 1; ; attempt += 1) {
    const watch = await startOrJoin(attempt, request);
    if (watch !== undefined) return watch;
  }
}

/** @returns undefined if the deployment needs a later attempt */
async function startOrJoin(attempt: number, request: Request): Promise<AnnouncedWatch | undefined> {
  const { stepFunctions, stateMachineArn, announcement } = request;
  const name = executionName(announcement.deploymentId, attempt);
  const arn = executionArn(stateMachineArn, name);
  const isOver = await hasLaterAttempt(attempt, request);
  if (!isOver && (await startExecution(stepFunctions, stateMachineArn, name, JSON.stringify(announcement)))) {
    return { executionArn: arn };
  }
  const execution = await describeExecution(stepFunctions, arn);
  if (execution !== undefined) return join(arn, execution, request, isOver);
  // Either its name was freed, or it was started a moment ago: DescribeExecution lags behind.
  return isOver ? undefined : { executionArn: arn };
}

async function hasLaterAttempt(attempt: number, request: Request): Promise<boolean> {
  const { stepFunctions, stateMachineArn, announcement } = request;
  const names = LOOK_AHEAD.map((more) => executionName(announcement.deploymentId, attempt + more));
  const later = await Promise.all(
    names.map((name) => describeExecution(stepFunctions, executionArn(stateMachineArn, name))),
  );
  return later.some((execution) => execution !== undefined);
}

/** @returns undefined if the execution has ended and leaves the question open */
async function join(
  arn: string,
  execution: Execution,
  request: Request,
  isOver: boolean,
): Promise<AnnouncedWatch | undefined> {
  const { stepFunctions, announcement, again } = request;
  if (execution.status === 'RUNNING' || isStartedBy(announcement, execution)) return { executionArn: arn };
  const verdict = await readVerdict(stepFunctions, arn, execution);
  if (verdict !== undefined && !again) return { executionArn: arn, verdict };
  // The announcement that GitHub repeats with each status has been watched, even if without a verdict.
  return announcement.announcedBy === GITHUB && !isOver ? { executionArn: arn, verdict } : undefined;
}

/** EventBridge delivers an event at least once: a redelivery is no new announcement. */
function isStartedBy({ eventId }: Announcement, { input = 'null' }: Execution): boolean {
  const started = JSON.parse(input) as { readonly eventId?: unknown } | null;
  return eventId !== undefined && started?.eventId === eventId;
}

/** @returns false if there was an execution of that name. */
export async function startExecution(
  stepFunctions: SFNClient,
  stateMachineArn: string,
  name: string,
  input: string,
): Promise<boolean> {
  try {
    await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

/**
 * @returns undefined if no execution of that name is known
 * @throws what the AWS SDK throws
 */
export async function describeExecution(stepFunctions: SFNClient, arn: string): Promise<Execution | undefined> {
  try {
    return await stepFunctions.send(new DescribeExecutionCommand({ executionArn: arn }));
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
