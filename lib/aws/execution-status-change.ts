/** Source: Step Functions docs, Events sent to EventBridge. It may come late, twice, or twice at the same time. */
export interface ExecutionStatusChange {
  readonly detail: {
    readonly executionArn: string;
    readonly stateMachineArn: string;
    readonly name: string;
    readonly status: string;
    readonly error?: string | null;
    readonly cause?: string | null;
    /** Milliseconds since 1970. */
    readonly startDate: number;
    readonly stopDate?: number | null;
    /** JSON; dropped if it is large. */
    readonly input?: string | null;
  };
}
