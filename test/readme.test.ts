import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { DeploymentMonitor } from '../lib/constructs/deployment-monitor';
import { OUTCOMES } from '../lib/contract/names';
import { readDefinition, readShippedTemplate } from '../lib/local/definition';
import type { Notification } from '../lib/notification/notification';
import { drawStateMachine } from './support/diagram';
import { NOTIFICATIONS } from './support/notifications';

const README = join(__dirname, '..', 'README.md');
const BETWEEN_MARKS = /(<!-- state-machine:begin -->\n)([\s\S]*?)(<!-- state-machine:end -->)/;

/** `npm run diagram` writes it anew. */
test('the picture in the README is the state machine that is deployed', () => {
  const diagram = `${drawStateMachine(readDefinition(readShippedTemplate()) as never)}\n`;
  const readme = readFileSync(README, 'utf8');
  if (process.env.UPDATE_DIAGRAM) {
    writeFileSync(
      README,
      readme.replace(BETWEEN_MARKS, (_, begin: string, __, end: string) => begin + diagram + end),
    );
  }

  expect(BETWEEN_MARKS.exec(readFileSync(README, 'utf8'))?.[2]).toBe(diagram);
});

test('the policy for CI in the README is what grantStart gives', () => {
  const stack = new Stack(new App(), 'Test');
  const role = new Role(stack, 'Ci', { assumedBy: new AccountRootPrincipal() });
  new DeploymentMonitor(stack, 'Monitor').grantStart(role);
  const [granted] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith('Ci'))
    .map(([, policy]) => actionsOf(policy.Properties.PolicyDocument as Policy));
  const shown = /```json\n(\{\s+"Version"[\s\S]+?)```/.exec(readFileSync(README, 'utf8'))?.[1] ?? '';

  expect(actionsOf(JSON.parse(shown) as Policy)).toEqual(granted);
});

const GOLDEN = join(__dirname, 'watch', 'golden');

test('the README shows the e-mail, the record and the chat message of a failure as they are', () => {
  const readme = readFileSync(README, 'utf8');
  const shown = [...readme.matchAll(/```json\n([\s\S]+?)\n```/g)].map(([, json = '']) => JSON.parse(json) as object);
  const golden = (file: string) => readFileSync(join(GOLDEN, file), 'utf8');

  expect(readme).toContain(`\n${golden('failed.email.txt')}\`\`\``);
  expect(shown).toContainEqual(JSON.parse(golden('failed.record.json')));
  expect(shown).toContainEqual(JSON.parse(golden('failed.chat.json')));
});

test('the filter policies in the README pick what they say', () => {
  const policies = [...readFileSync(README, 'utf8').matchAll(/```json filter-policy\n(.+)\n```/g)].map(
    ([, json = '']) => JSON.parse(json) as FilterPolicy,
  );
  const picked = policies.map((policy) => OUTCOMES.filter((outcome) => passes(policy, NOTIFICATIONS[outcome])));

  expect(picked).toEqual([[...OUTCOMES], ['FAILED'], ['FAILED', 'CANCELLED', 'TIMED_OUT', 'WATCH_FAILED']]);
  expect(policies.map((policy) => passes(policy, failureElsewhere()))).toEqual([false, true, false]);
  expect(policies.map((policy) => passes(policy, failureOfUnknown()))).toEqual([false, false, false]);
});

test('the commands in the README set two of these filter policies', () => {
  const readme = readFileSync(README, 'utf8');
  const [, attributes = ''] = /aws sns subscribe [\s\S]+?--attributes '(.+)'/.exec(readme) ?? [];
  const [, value = ''] = /aws sns set-subscription-attributes [\s\S]+?--attribute-value '(.+)'/.exec(readme) ?? [];

  expect(JSON.parse(JSON.parse(attributes).FilterPolicy)).toEqual({ environment: ['production'] });
  expect(JSON.parse(value)).toEqual({ outcome: ['FAILED'] });
});

/** The same failure, in another environment and of another branch. */
function failureElsewhere(): Notification {
  const { attributes, ...notification } = NOTIFICATIONS.FAILED;
  const value = (StringValue: string) => ({ DataType: 'String' as const, StringValue });
  return { ...notification, attributes: { ...attributes, environment: value('staging'), branch: value('feature') } };
}

/** A watch that failed before it saw the deployment. */
function failureOfUnknown(): Notification {
  const { WATCH_FAILED } = NOTIFICATIONS;
  const { outcome } = WATCH_FAILED.attributes;
  return { ...WATCH_FAILED, attributes: { ...(outcome && { outcome }) } };
}

type FilterPolicy = Readonly<Record<string, readonly (string | { readonly 'anything-but': readonly string[] })[]>>;

/** Source: SNS docs, Subscription filter policies: every attribute that is named must match one of its rules. */
function passes(policy: FilterPolicy, { attributes }: Notification): boolean {
  return Object.entries(policy).every(([name, rules]) => {
    const value = attributes[name]?.StringValue;
    if (value === undefined) return false;
    return rules.some((rule) => (typeof rule === 'string' ? rule === value : !rule['anything-but'].includes(value)));
  });
}

test('each alarm names a heading of the runbook', () => {
  const stack = new Stack(new App(), 'Test');
  const { alarms } = new DeploymentMonitor(stack, 'Monitor');
  const runbook = readFileSync(join(__dirname, '..', 'docs', 'runbook.md'), 'utf8');
  const described = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));

  expect(described).toHaveLength(alarms.length);
  for (const { Properties } of described) {
    const [, heading] = /See "(.+)" in docs\/runbook\.md\.$/.exec(Properties.AlarmDescription as string) ?? [];
    expect(runbook).toContain(`\n## ${heading}\n`);
    expect(Properties.TreatMissingData).toBe('notBreaching');
  }
});

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

function actionsOf({ Statement }: Policy): unknown[] {
  return Statement.map(({ Action }) => Action);
}
