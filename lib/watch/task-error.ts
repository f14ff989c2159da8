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
  const texts = parts.map((part) => withoutFullStop(part?.trim() ?? '')).filter(Boolean);
  return `${texts.join(': ')}.`;
}

/** A pattern that ends with `$` would take quadratic time for a text full of full stops. */
function withoutFullStop(text: string): string {
  let end = text.length;
  while (end > 0 && '.:'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
