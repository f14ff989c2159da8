import { App, CfnParameter, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { DeploymentMonitor } from '../../lib';

const ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:flightwatch';

function startStack(): Stack {
  return new Stack(new App(), 'Test', { env: { account: '123456789012', region: 'eu-west-1' } });
}

/** A role that may start watches, as in the template. */
function grantTo(stack: Stack, arn: string) {
  const role = new Role(stack, 'Ci', { assumedBy: new AccountRootPrincipal() });
  DeploymentMonitor.fromStateMachineArn(stack, 'Monitor', arn).grantStart(role);
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as { Resource: unknown }[])
    .map(({ Resource }) => Resource);
}

test('an imported monitor has its state machine, and makes no resources', () => {
  const stack = startStack();

  const { stateMachine } = DeploymentMonitor.fromStateMachineArn(stack, 'Monitor', ARN);

  expect(stateMachine.stateMachineArn).toBe(ARN);
  expect(stateMachine.env).toEqual({ account: '123456789012', region: 'eu-west-1' });
  expect(stack.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
});

test('an ARN that is known at deployment only is taken apart by CloudFormation', () => {
  const stack = startStack();
  const parameter = new CfnParameter(stack, 'StateMachineArn');

  const [stateMachine, executions] = grantTo(stack, parameter.valueAsString);

  const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': [':', { Ref: 'StateMachineArn' }] }] });
  expect(stateMachine).toEqual({ Ref: 'StateMachineArn' });
  expect(executions).toEqual({
    'Fn::Join': ['', ['arn:', part(1), ':', part(2), ':', part(3), ':', part(4), ':execution:', part(6), ':*']],
  });
});

test('an output of another stack can be imported', () => {
  const [stateMachine] = grantTo(startStack(), Fn.importValue('FlightwatchStateMachineArn'));

  expect(stateMachine).toEqual({ 'Fn::ImportValue': 'FlightwatchStateMachineArn' });
});

test('a monitor of another stack of the app is imported by its state machine', () => {
  const app = new App();
  const monitor = new DeploymentMonitor(new Stack(app, 'Flightwatch'), 'Monitor');

  const [stateMachine] = grantTo(new Stack(app, 'Ci'), monitor.stateMachine.stateMachineArn);

  expect(stateMachine).toEqual({ 'Fn::ImportValue': expect.stringMatching(/^Flightwatch:.*StateMachine/) });
});

describe('what is not the ARN of a state machine is refused', () => {
  const EXPECTED = 'expected arn:aws:states:<region>:<account>:stateMachine:<name>';

  test.each([
    ['an execution', 'arn:aws:states:eu-west-1:123456789012:execution:flightwatch:clx1-1'],
    ['a version', `${ARN}:1`],
    ['an alias', `${ARN}:PROD`],
    ['an activity', 'arn:aws:states:eu-west-1:123456789012:activity:flightwatch'],
    ['a topic', 'arn:aws:sns:eu-west-1:123456789012:flightwatch'],
  ])('%s', (_what, arn) => {
    expect(() => DeploymentMonitor.fromStateMachineArn(startStack(), 'Monitor', arn)).toThrow(
      `Test/Monitor: got "${arn}" as the ARN of the state machine, ${EXPECTED}`,
    );
  });

  test('a name', () => {
    expect(() => DeploymentMonitor.fromStateMachineArn(startStack(), 'Monitor', 'flightwatch')).toThrow(
      `got "flightwatch" as the ARN of the state machine, ${EXPECTED}`,
    );
  });

  test('a parameter in place of its value', () => {
    const stack = startStack();
    const parameter: unknown = new CfnParameter(stack, 'StateMachineArn');

    expect(() => DeploymentMonitor.fromStateMachineArn(stack, 'Monitor', parameter as string)).toThrow(
      `got an object as the ARN of the state machine, ${EXPECTED}, as in the output StateMachineArn of the stack. An ` +
        'execution, a version or an alias is none. Of a parameter, pass valueAsString.',
    );
  });

  test.each([
    ['nothing', undefined],
    ['an object', { stateMachineArn: ARN }],
    ['text of 32 characters', 'an-api-key-or-another-credential'],
  ])('%s, whose value is not repeated', (received, arn) => {
    expect(() => DeploymentMonitor.fromStateMachineArn(startStack(), 'Monitor', arn as string)).toThrow(
      `got ${received} as the ARN of the state machine, ${EXPECTED}`,
    );
  });
});
