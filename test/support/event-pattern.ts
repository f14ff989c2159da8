/**
 * Whether EventBridge would deliver the event, for patterns that list exact values. Any other form is an error, so that
 * a rule that grows beyond this cannot pass by accident. Source: EventBridge docs, Event patterns.
 */
export function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    if (pattern.some((value) => typeof value !== 'string')) throw new Error(`unknown form: ${JSON.stringify(pattern)}`);
    return pattern.includes(event);
  }
  const fields = Object.entries(pattern as Record<string, unknown>);
  return fields.every(([name, rule]) => matches(rule, (event as Record<string, unknown> | undefined)?.[name]));
}
