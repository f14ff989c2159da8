import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { DeploymentMonitor } from '../lib/constructs/deployment-monitor';
import { readDefinition, readShippedTemplate } from '../lib/local/definition';
import { drawStateMachine } from './support/diagram';

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

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

function actionsOf({ Statement }: Policy): unknown[] {
  return Statement.map(({ Action }) => Action);
}
