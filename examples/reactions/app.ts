import { App, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { DeploymentMonitor } from 'flightwatch';
import { DiscordMessages } from './discord-messages.ts';
import { PagerDutyIncidents } from './pagerduty-incidents.ts';
import { TestsAfterDeployment } from './tests-after-deployment.ts';

const app = new App();
const stack = new Stack(app, 'Deployments');

// If Flightwatch has a stack of its own, leave the monitor out, and create a dead-letter queue with an alarm.
const { deadLetterQueue } = new DeploymentMonitor(stack, 'Flightwatch', {
  stateMachineName: 'flightwatch',
  notifyEmails: ['you@example.com'],
  alarmEmails: ['you@example.com'],
});

new DiscordMessages(stack, 'Discord', {
  webhookUrl: Secret.fromSecretNameV2(stack, 'DiscordWebhook', 'discord-webhook'),
  deadLetterQueue,
});
new PagerDutyIncidents(stack, 'PagerDuty', {
  routingKey: Secret.fromSecretNameV2(stack, 'PagerDutyKey', 'pagerduty-routing-key'),
  environments: ['production'],
  deadLetterQueue,
});
new TestsAfterDeployment(stack, 'Tests', {
  environment: 'staging',
  tests: StateMachine.fromStateMachineName(stack, 'EndToEndTests', 'end-to-end-tests'),
  deadLetterQueue,
});
