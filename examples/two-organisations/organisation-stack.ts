import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DeploymentMonitor } from 'flightwatch';

export interface OrganisationStackProps extends StackProps {
  /** A short name of the organisation in Flightcontrol, of the characters A-Z a-z 0-9 - and _. */
  readonly organisation: string;
  /** Gets the notifications and the alarms. */
  readonly email: string;
}

/** Watches the deployments of one organisation, with an API key, a topic and a history of its own. */
export class OrganisationStack extends Stack {
  constructor(scope: Construct, id: string, { organisation, email, ...props }: OrganisationStackProps) {
    super(scope, id, props);

    const monitor = new DeploymentMonitor(this, 'Flightwatch', {
      stateMachineName: `flightwatch-${organisation}`,
      // Both stacks hear the default event bus, and each takes the events with its own source only.
      eventSource: `flightcontrol.${organisation}`,
      notifyEmails: [email],
      alarmEmails: [email],
    });

    // For the CodeBuild projects that deploy this organisation. The role cannot start a watch of the other one.
    const ciRole = new Role(this, 'CiRole', {
      roleName: `flightwatch-${organisation}-ci`,
      assumedBy: new ServicePrincipal('codebuild.amazonaws.com'),
    });
    monitor.grantStart(ciRole);

    new CfnOutput(this, 'StateMachineArn', { value: monitor.stateMachine.stateMachineArn });
    new CfnOutput(this, 'CiRoleArn', { value: ciRole.roleArn });
  }
}
