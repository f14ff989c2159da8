import { Annotations, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { DeploymentMonitor } from './deployment-monitor';
import { toPacingProps } from './pacing-props';
import type { Settings } from './settings';

/** One DeploymentMonitor from the settings, with its outputs. */
export class FlightwatchStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, props?: StackProps) {
    super(scope, id, { description: 'Flightwatch: tells how each Flightcontrol deployment ended', ...props });
    const { apiKeySecretArn, apiBaseUrl, slackWorkspaceId, slackChannelId } = settings;

    const monitor = new DeploymentMonitor(this, 'Monitor', {
      stateMachineName: settings.stateMachineName,
      notifyEmails: settings.notifyEmails,
      notifyOn: settings.notifyOn,
      alarmEmails: settings.alarmEmails,
      api: settings.api,
      timeout: Duration.minutes(settings.timeoutMinutes),
      pacing: toPacingProps(settings.pacing),
      ...(apiBaseUrl && { apiBaseUrl }),
      ...(slackWorkspaceId &&
        slackChannelId && { slack: { workspaceId: slackWorkspaceId, channelId: slackChannelId } }),
      ...(apiKeySecretArn && { secret: Secret.fromSecretCompleteArn(this, 'ExistingApiKey', apiKeySecretArn) }),
    });

    if (settings.alarmEmails.length === 0 && slackChannelId === undefined) {
      Annotations.of(this).addInfo('Nobody hears the alarms yet: set alarmEmails, or subscribe to AlarmTopicArn.');
    }
    new CfnOutput(this, 'StateMachineArn', { value: monitor.stateMachine.stateMachineArn });
    new CfnOutput(this, 'NotificationTopicArn', { value: monitor.topic.topicArn });
    new CfnOutput(this, 'ApiKeySecretArn', { value: monitor.apiKeySecret.secretArn });
    new CfnOutput(this, 'AlarmTopicArn', { value: monitor.alarmTopic.topicArn });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: monitor.deadLetterQueue.queueUrl });
  }
}
