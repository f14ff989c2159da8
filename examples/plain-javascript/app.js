const { App, Stack } = require('aws-cdk-lib');
const { DeploymentMonitor } = require('flightwatch');

const app = new App();
const stack = new Stack(app, 'Deployments');

new DeploymentMonitor(stack, 'Flightwatch', {
  stateMachineName: 'flightwatch',
  notifyEmails: ['you@example.com'],
  alarmEmails: ['you@example.com'],
});
