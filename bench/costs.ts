import { fixedItems, type Item, sum } from './fixed-costs';
import { totalOf, variableItems } from './monthly-costs';
import type { PacingResult } from './pacing';
import { compareWays, type Way } from './peers';
import { HOURS_PER_MONTH, PRICES } from './prices';
import { synthesise } from './synthesise';

/** A month with 500 deployments of two environments. */
export const USUAL_MONTH = { environments: 2, deployments: 500 };
export const DEPLOYMENTS = [50, 500, 5000] as const;

/** Everything that can be left out by a setting. */
const BARE = { alarms: false, dashboard: false, history: false };

interface Option {
  readonly option: string;
  /** Of a usual month, more or less than with the defaults. */
  readonly dollars: number;
  /** What these are for, if for several things. */
  readonly parts?: readonly Item[];
}

export interface CostResult {
  /** With the defaults: a month without deployments, and what a usual month adds. */
  readonly fixed: readonly Item[];
  readonly variable: readonly Item[];
  readonly dollars: number;
  /** With everything optional off: a month without deployments, and a usual one. */
  readonly bareFixed: number;
  readonly bareDollars: number;
  readonly options: readonly Option[];
  readonly ways: readonly Way[];
}

/** @param pacing of all policies, durations as they are */
export function measureCosts(pacing: readonly PacingResult[]): CostResult {
  const measured = pacing.find(({ policy, scale }) => policy === 'Flightwatch' && scale === 1);
  if (measured === undefined) throw new Error('The costs of a month follow from the pacing, which was not measured.');
  const fixed = fixedItems(synthesise({}));
  const bare = fixedItems(synthesise(BARE));
  const variable = variableItems(USUAL_MONTH, measured);
  const withoutHistory = variableItems(USUAL_MONTH, measured, { history: false });
  const compared = (settings: object) => sum(fixedItems(synthesise(settings))) - sum(fixed);
  return {
    fixed,
    variable,
    dollars: totalOf(fixed, variable),
    bareFixed: sum(bare),
    bareDollars: totalOf(bare, withoutHistory),
    options: [
      { option: '`alarms`: `false`', dollars: compared({ alarms: false }) },
      { option: '`history`: `false`', dollars: compared({ history: false }) + sum(withoutHistory) - sum(variable) },
      { option: '`dashboard`: `true`', dollars: compared({ dashboard: true }) },
      { option: '`githubEvents`: `true`', dollars: compared({ githubEvents: true }) },
      {
        option: '`githubWebhook`: `true`',
        dollars: compared({ githubWebhook: true }),
        parts: differences(fixed, fixedItems(synthesise({ githubWebhook: true }))),
      },
      {
        option: '`apiKeySecretArn`: a secret that you have anyway',
        dollars: compared({ apiKeySecretArn: SECRET_ARN }),
      },
      { option: '`encryptionKey`: a key for nothing else', dollars: PRICES.key },
      { option: '`vpc`: one with a NAT gateway for nothing else', dollars: HOURS_PER_MONTH * PRICES.natHour },
    ],
    ways: compareWays({ pacing, fixed: sum(fixed), bare: sum(bare), measured, environments: USUAL_MONTH.environments }),
  };
}

/** What is added to each kind of item. */
export function differences(before: readonly Item[], after: readonly Item[]): Item[] {
  const dollarsOf = (items: readonly Item[], kind: string) => sum(items.filter(({ what }) => kindOf(what) === kind));
  const kinds = after.map(({ what }) => kindOf(what));
  const added = kinds.map((what) => ({ what, dollars: dollarsOf(after, what) - dollarsOf(before, what) }));
  return added.filter(({ dollars }) => Math.abs(dollars) >= 0.005);
}

/** `alarms` of `alarms: 6`. */
function kindOf(what: string): string {
  return what.replace(/: \d+$/, '');
}

const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:flightcontrol-AbCdEf';
