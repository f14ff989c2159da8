import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DeploymentMonitor } from 'flightwatch';

export interface OrganisationStackProps extends StackProps {
  /** A short name of the organisation in Flightcontrol, of the characters A-Z a-z 0-9 - and _. */
  readonly organisation: string;
  /** The name of the service role of the CodeBuild projects that deploy this organisation. You have it already. */
  readonly buildRoleName: string;
  /** Gets the notifications and the alarms. */
  readonly email: string;
}

/** Watches the deployments of one organisation, with an API key, a topic and a history of its own. */
export class OrganisationStack extends Stack {
  constructor(scope: Construct, id: string, { organisation, email, buildRoleName, ...props }: OrganisationStackProps) {
    super(scope, id, props);

    const monitor = new DeploymentMonitor(this, 'Flightwatch', {
      stateMachineName: `flightwatch-${organisation}`,
      // Both stacks hear the default event bus, and each takes the events with its own source only.
      eventSource: `flightcontrol.${organisation}`,
      notifyEmails: [email],
      alarmEmails: [email],
    });

    // It cannot start a watch of the other organisation.
    monitor.grantStart(Role.fromRoleName(this, 'BuildRole', buildRoleName));

    new CfnOutput(this, 'StateMachineArn', { value: monitor.stateMachine.stateMachineArn });
  }
}
