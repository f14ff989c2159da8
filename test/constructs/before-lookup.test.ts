import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { DeploymentMonitor } from '../../lib';
import type { NotifyOn } from '../../lib/constructs/deployment-monitor-props';
import type { ApiGeneration } from '../../lib/contract/api-generations';

/** The command line looks up what a synthesis has asked for, if it ends without an error, and synthesises again. */
function startStack(): Stack {
  return new Stack(new App(), 'Test', { env: { account: '123456789012', region: 'eu-west-1' } });
}

function missingIn(stack: Stack): unknown[] {
  const { missing = [] } = (stack.node.root as App).synth().manifest;
  return missing.map(({ props }) => (props as { parameterName?: string }).parameterName);
}

test('every text may be one that is looked up after this synthesis', () => {
  const stack = startStack();
  const lookUp = (name: string) => StringParameter.valueFromLookup(stack, `/flightwatch/${name}`);
  const names = ['emails', 'alarms', 'source', 'environment', 'api', 'base', 'name', 'workspace', 'channel', 'on'];
  const [emails, alarms, source, environment, api, base, name, workspace, channel, notifyOn] = names.map(lookUp) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];

  new DeploymentMonitor(stack, 'Monitor', {
    notifyEmails: emails.split(','),
    notifyOn: notifyOn as NotifyOn,
    alarmEmails: [alarms],
    eventSource: source,
    githubEvents: true,
    environments: [environment],
    api: api as ApiGeneration,
    apiBaseUrl: base,
    stateMachineName: name,
    slack: { workspaceId: workspace, channelId: channel },
    dashboard: true,
  });

  expect(missingIn(stack)).toEqual(names.map((parameter) => `/flightwatch/${parameter}`));
});

test('the ARN of an imported monitor, too', () => {
  const stack = startStack();
  const arn = StringParameter.valueFromLookup(stack, '/flightwatch/arn');

  const monitor = DeploymentMonitor.fromStateMachineArn(stack, 'Monitor', arn);
  monitor.grantStart(new Role(stack, 'Ci', { assumedBy: new AccountRootPrincipal() }));
  monitor.metricFailed('production').createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });

  expect(missingIn(stack)).toEqual(['/flightwatch/arn']);
  Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Alarm', 1);
});
