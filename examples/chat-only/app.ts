import { App, Stack } from 'aws-cdk-lib';
import { DeploymentMonitor } from 'flightwatch';

const app = new App();
const stack = new Stack(app, 'Deployments');

new DeploymentMonitor(stack, 'Flightwatch', {
  stateMachineName: 'flightwatch',
  // The channel gets the notifications and the alarms. Replace both ids with yours.
  slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' },
});
