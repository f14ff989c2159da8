/** Lambda puts `{"errorType", "errorMessage", "trace"}` into the cause of a failed task; other services put text. */
export function readErrorMessage(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
