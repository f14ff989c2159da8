import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Effect, type IRole, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** Where a function runs that must not reach the internet in another way. */
export interface Network {
  readonly vpc: IVpc;
  /** @default - private subnets, those with a route to the internet if there are any */
  readonly vpcSubnets?: SubnetSelection;
}

/** What Lambda does with the role of a function in a VPC. Source: Lambda docs, Giving functions access to a VPC. */
const ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Allows Lambda to attach the function to its VPC, instead of the managed policy, which also allows writing all logs. */
export function allowNetworkInterfaces(role: Role): void {
  // Lambda checks before it knows of any network interface, so the resources cannot be named.
  role.addToPolicy(new PolicyStatement({ actions: ACTIONS, resources: ['*'] }));
}

/** Denies the function's own code what only Lambda needs. Source: the same page, Security best practices. */
export function denyNetworkInterfaces(target: IFunction, role: IRole): void {
  const code = { ArnEquals: { 'lambda:SourceFunctionArn': target.functionArn } };
  const statement = new PolicyStatement({
    effect: Effect.DENY,
    actions: ACTIONS,
    resources: ['*'],
    conditions: code,
  });
  // A policy of its own: the function cannot be created before the other one, and this one not before the function.
  new Policy(target, 'NetworkDenials', { roles: [role], statements: [statement] });
}
