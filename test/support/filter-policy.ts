import type { Notification } from '../../lib/notification/notification';

type Rule = string | { readonly 'anything-but': readonly string[] } | { readonly exists: boolean };

/** Of a subscription, on message attributes. */
export type FilterPolicy = Readonly<Record<string, readonly Rule[]>> & { readonly $or?: readonly FilterPolicy[] };

/**
 * Whether SNS delivers a notification to a subscription with this policy. Source: SNS docs, Subscription filter policies:
 * every attribute that is named must match one of its rules, and so must one of the policies under `$or`.
 */
export function passes({ $or, ...policy }: FilterPolicy, notification: Pick<Notification, 'attributes'>): boolean {
  const isOneOf = $or === undefined || $or.some((alternative) => passes(alternative, notification));
  return isOneOf && Object.entries(policy).every(([name, rules]) => matches(rules, notification.attributes[name]));
}

function matches(rules: readonly Rule[], attribute: Notification['attributes'][string] | undefined): boolean {
  return rules.some((rule) => {
    if (typeof rule === 'object' && 'exists' in rule) return rule.exists === (attribute !== undefined);
    if (attribute === undefined) return false;
    const { StringValue } = attribute;
    return typeof rule === 'string' ? rule === StringValue : !rule['anything-but'].includes(StringValue);
  });
}
