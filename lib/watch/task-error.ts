/** Lambda puts `{"errorType", "errorMessage", "trace"}` into the cause of a failed task; other services put text. */
export function readErrorMessage(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

/** One sentence out of parts that may be missing, and that may end with full stops of their own. */
export function joinSentence(...parts: readonly (string | null | undefined)[]): string {
  const texts = parts.map((part) => part?.trim().replace(/[.:]+$/, '')).filter(Boolean);
  return `${texts.join(': ')}.`;
}
