/** The line that the poll function logs for each look; the dashboard counts these lines. */
export interface LookLine {
  readonly message: typeof LOOK_MESSAGE;
  /** `ok`, or the kind of problem that the API had. */
  readonly answer: string;
  /** ARN of the execution. */
  readonly execution: string;
}

export const LOOK_MESSAGE = 'look';

export function lookLine(answer: string, executionArn: string): LookLine {
  return { message: LOOK_MESSAGE, answer, execution: executionArn };
}

/** Where CloudWatch Logs Insights finds the fields: Lambda's JSON format puts the logged object under `message`. */
export const LOOK_FIELDS = {
  message: 'message.message',
  answer: 'message.answer',
  execution: 'message.execution',
} as const satisfies Record<keyof LookLine, string>;
