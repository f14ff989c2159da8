import type { EventPattern, OnEventOptions } from 'aws-cdk-lib/aws-events';
import { kindOf } from '../text';
import { describeMistakes, findUnknownNames, type Mistake } from './setting-mistakes';
import { isRecord, type Values } from './value-schemas';

/** The names that there are, for JavaScript. */
const OPTIONS: Record<keyof OnEventOptions, true> = {
  target: true,
  eventPattern: true,
  crossStackScope: true,
  ruleName: true,
  description: true,
};

const PATTERN: Record<keyof EventPattern, true> = {
  detail: true,
  resources: true,
  account: true,
  region: true,
  source: true,
  detailType: true,
  id: true,
  time: true,
  version: true,
};

/**
 * @param path of the method
 * @param own what the rule matches already
 * @throws Error that lists every mistake
 */
export function checkRuleOptions(path: string, options: OnEventOptions, own: EventPattern): void {
  const mistakes = findMistakes(options, own);
  if (mistakes.length > 0) throw new Error(describeMistakes(mistakes, 'option', path));
}

function findMistakes(options: unknown, own: EventPattern): Mistake[] {
  if (!isRecord(options)) return [{ path: '', text: `got ${kindOf(options)}, expected an object of options` }];
  const { eventPattern, target } = options;
  return [
    ...findUnknownNames('', options, Object.keys(OPTIONS), 'option'),
    ...findUnknownNames('eventPattern.', eventPattern, Object.keys(PATTERN), 'field'),
    ...findNoObject('eventPattern', eventPattern, 'an EventPattern, such as { detail: { outcome: [...] } }'),
    ...findNoObject('target', target, 'an IRuleTarget, such as new SqsQueue(...)'),
    ...findConditionsOfRule('eventPattern', eventPattern, { ...own }),
  ];
}

function findNoObject(path: string, given: unknown, allowed: string): Mistake[] {
  if (given === undefined || isRecord(given)) return [];
  return [{ path, text: `got ${kindOf(given)}, expected ${allowed}` }];
}

/** The CDK joins the conditions on one field, and EventBridge matches the events of either. */
function findConditionsOfRule(path: string, given: unknown, own: Values): Mistake[] {
  if (!isRecord(given)) return [];
  return Object.entries(own).flatMap(([name, condition]) => {
    const field = `${path}.${name}`;
    if (isRecord(condition)) return findConditionsOfRule(field, given[name], condition);
    if (given[name] === undefined) return [];
    return [{ path: field, text: 'got a condition, expected none: the rule has its own, and would match either' }];
  });
}
