import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Port, SecurityGroup, SubnetType, Vpc, type VpcProps } from 'aws-cdk-lib/aws-ec2';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Condition?: unknown;
}

function synthesise(props: (stack: Stack) => DeploymentMonitorProps) {
  const stack = new Stack(new App(), 'Test');
  const monitor = new DeploymentMonitor(stack, 'Monitor', { githubWebhook: true, ...props(stack) });
  return { stack, monitor, template: () => Template.fromStack(stack) };
}

/** CDK's own types do not hold exactOptionalPropertyTypes, hence the `as`. */
function vpcOf(stack: Stack, props: VpcProps = {}): IVpc {
  return new Vpc(stack, 'Vpc', props) as IVpc;
}

const inVpc = synthesise((stack) => ({ vpc: vpcOf(stack) }));
const functions = Object.entries(inVpc.template().findResources('AWS::Lambda::Function'));
const [[POLL, poll] = ['', undefined]] = functions.filter(([id]) => id.includes('PollDeployment'));

test('only the poll function is in the VPC, so that nobody goes untold if the VPC lets nothing through', () => {
  const inside = functions.filter(([, { Properties }]) => Properties.VpcConfig !== undefined).map(([id]) => id);

  expect(inside).toEqual([POLL]);
});

test('it is in the private subnets, with a security group that lets nothing in', () => {
  const template = inVpc.template();
  const [[groupId = '', group] = []] = Object.entries(template.findResources('AWS::EC2::SecurityGroup'));

  expect(poll?.Properties.VpcConfig.SecurityGroupIds).toEqual([{ 'Fn::GetAtt': [groupId, 'GroupId'] }]);
  for (const { Ref } of poll?.Properties.VpcConfig.SubnetIds ?? []) expect(Ref).toContain('PrivateSubnet');
  expect(group?.Properties.SecurityGroupIngress).toBeUndefined();
  template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
});

test('it is in the subnets that were chosen', () => {
  const { template } = synthesise((stack) => ({
    vpc: vpcOf(stack, {
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Data', subnetType: SubnetType.PRIVATE_ISOLATED },
        { name: 'Egress', subnetType: SubnetType.PRIVATE_ISOLATED },
      ],
    }),
    vpcSubnets: { subnetGroupName: 'Egress' },
  }));

  template().hasResourceProperties('AWS::Lambda::Function', {
    VpcConfig: { SubnetIds: [{ Ref: Match.stringLikeRegexp('Egress') }, { Ref: Match.stringLikeRegexp('Egress') }] },
  });
});

describe('the role of the poll function', () => {
  const template = inVpc.template();
  const statements = Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes('PollDeployment'))
    .flatMap(([policyId, { Properties }]) =>
      (Properties.PolicyDocument.Statement as Statement[]).map((statement) => ({ ...statement, policyId })),
    )
    .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('ec2:')));
  const ACTIONS = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];

  test('lets Lambda attach the function, and denies the same to its code', () => {
    expect(statements).toEqual([
      expect.objectContaining({ Effect: 'Allow', Action: ACTIONS }),
      expect.objectContaining({
        Effect: 'Deny',
        Action: ACTIONS,
        Condition: { ArnEquals: { 'lambda:SourceFunctionArn': { 'Fn::GetAtt': [POLL, 'Arn'] } } },
      }),
    ]);
  });

  test('has what Lambda needs before the function is created, and no managed policy', () => {
    const [allow, deny] = statements;

    expect(poll?.DependsOn).toContain(allow?.policyId);
    expect(poll?.DependsOn).not.toContain(deny?.policyId);
    for (const role of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(JSON.stringify(role.Properties.ManagedPolicyArns ?? [])).not.toContain('AWSLambda');
    }
  });

  test('says nothing about networks without a VPC', () => {
    const plain = JSON.stringify(
      synthesise(() => ({}))
        .template()
        .toJSON(),
    );

    expect(plain).not.toContain('ec2:');
    expect(plain).not.toContain('VpcConfig');
  });
});

test('its connections can be let through to an endpoint', () => {
  const { stack, monitor, template } = synthesise((scope) => ({ vpc: vpcOf(scope) }));
  const vpc = stack.node.findChild('Vpc') as unknown as IVpc;
  const endpoint = new SecurityGroup(stack, 'Endpoint', { vpc });

  endpoint.connections.allowFrom(monitor, Port.HTTPS);

  template().hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
    FromPort: 443,
    SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('PollDeployment'), 'GroupId'] },
  });
});

test('there are no connections without a VPC', () => {
  expect(() => synthesise(() => ({})).monitor.connections).toThrow(
    'Test/Monitor.connections: got no prop vpc, expected the VPC of the poll function',
  );
});
