import { App, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';

function synthesise(props?: DeploymentMonitorProps): Template {
  const stack = new Stack(new App(), 'Test');
  new DeploymentMonitor(stack, 'Monitor', props);
  return Template.fromStack(stack);
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const template = synthesise();

test('a sweep looks once an hour for watches whose events were lost, and what it cannot do is a dead letter', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 hour)',
    EventPattern: Match.absent(),
    Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('SweepWatches'), 'Arn'] } })],
  });
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: Match.stringLikeRegexp('SweepWatches') },
    DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
  });
});

test('the sweep may list the watches, read their executions, start reports and see how they ended', () => {
  const [, policy] =
    Object.entries(template.findResources('AWS::IAM::Policy')).find(([id]) => id.includes('SweepWatches')) ?? [];
  const statements = policy?.Properties.PolicyDocument.Statement as Statement[];
  const states = statements.filter(({ Action }) => [Action].flat()[0]?.startsWith('states:'));
  const [read, start, list, see] = states;

  expect(states).toHaveLength(4);
  expect(read?.Action).toEqual(['states:DescribeExecution', 'states:GetExecutionHistory']);
  expect(JSON.stringify(read?.Resource)).toMatch(/:execution:.*MonitorWatchStateMachine.*:\*/);
  expect(start).toMatchObject({ Action: 'states:StartExecution' });
  expect(start?.Resource).toEqual({ Ref: expect.stringMatching('MonitorWatchdogReport') });
  expect(list).toMatchObject({ Action: 'states:ListExecutions' });
  expect(list?.Resource).toEqual({ Ref: expect.stringMatching('MonitorWatchStateMachine') });
  expect(see).toMatchObject({ Action: 'states:DescribeExecution' });
  expect(JSON.stringify(see?.Resource)).toMatch(/:execution:.*MonitorWatchdogReport.*:\*/);
});

test('the source of announcements may be any other, also one that is known only at deployment', () => {
  const sources = ['com.example.deploys', Fn.importValue('Source')].map((eventSource) => {
    const rules = Object.values(synthesise({ eventSource }).findResources('AWS::Events::Rule'));
    return rules.map(({ Properties }) => Properties.EventPattern?.source?.[0]);
  });

  expect(sources[0]).toContain('com.example.deploys');
  expect(sources[1]).toContainEqual({ 'Fn::ImportValue': 'Source' });
});
