import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DEFAULT_EVENT_BUS } from '../contract/events';
import { examine, type Finding, isMissing, REMAKE } from './doctor-findings';
import { type Installation, resourcesIn } from './doctor-installation';
import { quoteForShell } from './shell';

const NAME = 'Rules';

/** Whether EventBridge passes on what the functions have to hear of. */
export function checkRules(installation: Installation): Promise<Finding[]> {
  return examine({ name: NAME, needs: ['events:DescribeRule'], link: installation.pages.rules() }, async () => {
    const rules = resourcesIn(await installation.stack, 'AWS::Events::Rule');
    const eventBridge = new EventBridgeClient(installation.client);
    const checked = await Promise.all(rules.map(({ physicalId }) => checkRule(eventBridge, physicalId, installation)));
    const findings = checked.flat();
    if (findings.length > 0) return findings;
    if (rules.length === 0) {
      const found = 'None is checked: no rule of the stack has a logical id that Flightwatch gives it.';
      return { name: NAME, state: 'unknown', found, link: installation.pages.rules() };
    }
    return { name: NAME, state: 'good', found: `All ${rules.length} are enabled.` };
  });
}

/** Nothing if it is enabled. */
async function checkRule(eventBridge: EventBridgeClient, id: string, installation: Installation): Promise<Finding[]> {
  const { bus, rule } = readId(id);
  const subject = { name: NAME, state: 'bad', link: installation.pages.rule(bus, rule) } as const;
  try {
    const { State, Description = '' } = await eventBridge.send(
      new DescribeRuleCommand({ Name: rule, EventBusName: bus }),
    );
    if (State !== 'DISABLED') return [];
    const onBus = bus === DEFAULT_EVENT_BUS ? '' : ` --event-bus-name ${quoteForShell(bus)}`;
    const commands = [installation.aws(`events enable-rule --name ${quoteForShell(rule)}${onBus}`)];
    const purpose = Description === '' ? '' : ` What it does: ${Description}.`;
    return [{ ...subject, found: `${rule} is disabled.${purpose}`, todo: 'Enable it:', commands }];
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [{ ...subject, found: `${rule} on the bus ${bus} does not exist.`, todo: REMAKE }];
  }
}

/** Of a rule on another bus than the default one: `bus|rule`. Source: CloudFormation docs, AWS::Events::Rule, Ref. */
function readId(physicalId: string): { readonly bus: string; readonly rule: string } {
  const [first = '', second] = physicalId.split('|');
  return second === undefined ? { bus: DEFAULT_EVENT_BUS, rule: first } : { bus: first, rule: second };
}
