import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { OidcProviderNative, OpenIdConnectPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DeploymentMonitor } from 'flightwatch';

export interface CiRoleStackProps extends StackProps {
  readonly stateMachineArn: string;
  /** The repository whose workflows may use the role, such as `your-organisation/your-repository`. */
  readonly repository: string;
  /** The branch that they have to run on. */
  readonly branch: string;
}

const GITHUB = 'token.actions.githubusercontent.com';

/** A role for GitHub Actions that may start watches, follow them to their end, and do nothing else. */
export class CiRoleStack extends Stack {
  constructor(scope: Construct, id: string, props: CiRoleStackProps) {
    const { stateMachineArn, repository, branch, ...stackProps } = props;
    super(scope, id, stackProps);

    // An account can have one provider for GitHub. If yours has it, use OidcProviderNative.fromOidcProviderArn instead.
    const provider = new OidcProviderNative(this, 'GitHub', {
      url: `https://${GITHUB}`,
      clientIds: ['sts.amazonaws.com'],
    });
    const role = new Role(this, 'Role', {
      roleName: 'flightwatch-ci',
      assumedBy: new OpenIdConnectPrincipal(provider, {
        StringEquals: {
          [`${GITHUB}:aud`]: 'sts.amazonaws.com',
          // Without it, every repository on GitHub could assume the role.
          [`${GITHUB}:sub`]: `repo:${repository}:ref:refs/heads/${branch}`,
        },
      }),
      // More than a watch can take, so that a job can follow it to its end.
      maxSessionDuration: Duration.hours(3),
    });

    DeploymentMonitor.fromStateMachineArn(this, 'Flightwatch', stateMachineArn).grantStart(role);

    new CfnOutput(this, 'RoleArn', { value: role.roleArn });
  }
}
