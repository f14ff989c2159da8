/**
 * Whether EventBridge would deliver the event, for patterns that list exact values, prefixes and absent fields. Any other
 * form is an error, so that a rule that grows beyond this cannot pass by accident. Source: EventBridge docs, Event
 * patterns.
 */
export function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((rule) => matchesRule(rule, event));
  const fields = Object.entries(pattern as Record<string, unknown>);
  return fields.every(([name, rule]) => matches(rule, (event as Record<string, unknown> | undefined)?.[name]));
}

function matchesRule(rule: unknown, value: unknown): boolean {
  if (typeof rule === 'string') return rule === value;
  if (JSON.stringify(rule) === '{"exists":false}') return value === undefined;
  const { prefix, ...others } = rule as { readonly prefix?: unknown };
  if (typeof prefix !== 'string' || Object.keys(others).length > 0) {
    throw new Error(`unknown form: ${JSON.stringify(rule)}`);
  }
  return typeof value === 'string' && value.startsWith(prefix);
}
