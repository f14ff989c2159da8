import { App } from 'aws-cdk-lib';
import { DeploymentsStack } from './deployments-stack.ts';
import { PlatformStack } from './platform-stack.ts';

const app = new App();

// Stands for what you have already. Leave it out, and give the ARNs of your own resources below.
const platform = new PlatformStack(app, 'Platform');

new DeploymentsStack(app, 'Deployments', {
  keyArn: platform.key.keyArn,
  topicArn: platform.topic.topicArn,
  alarmTopicArn: platform.alarmTopic.topicArn,
  secretArn: platform.secret.secretArn,
  eventBusArn: platform.eventBus.eventBusArn,
});
