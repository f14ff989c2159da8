import { Annotations, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { DeploymentMonitor } from './deployment-monitor';
import type { Settings } from './settings';

/** One DeploymentMonitor from the settings, with its outputs. */
export class FlightwatchStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, props?: StackProps) {
    super(scope, id, { description: 'Flightwatch: tells how each Flightcontrol deployment ended', ...props });
    const { apiKeySecretArn, apiBaseUrl } = settings;

    const monitor = new DeploymentMonitor(this, 'Monitor', {
      stateMachineName: settings.stateMachineName,
      notifyEmails: settings.notifyEmails,
      notifyOn: settings.notifyOn,
      api: settings.api,
      timeout: Duration.minutes(settings.timeoutMinutes),
      pacing: settings.pacing,
      ...(apiBaseUrl && { apiBaseUrl }),
      ...(apiKeySecretArn && { secret: Secret.fromSecretCompleteArn(this, 'ExistingApiKey', apiKeySecretArn) }),
    });

    this.warnOfUnbuilt(settings);
    new CfnOutput(this, 'StateMachineArn', { value: monitor.stateMachine.stateMachineArn });
    new CfnOutput(this, 'NotificationTopicArn', { value: monitor.topic.topicArn });
    new CfnOutput(this, 'ApiKeySecretArn', { value: monitor.apiKeySecret.secretArn });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: monitor.deadLetterQueue.queueUrl });
  }
  private warnOfUnbuilt({ alarmEmails, slackWorkspaceId }: Settings): void {
    const unbuilt = [
      ...(alarmEmails.length > 0 ? ['alarmEmails'] : []),
      ...(slackWorkspaceId ? ['slackWorkspaceId'] : []),
    ];
    if (unbuilt.length === 0) return;
    const message = `The settings ${unbuilt.join(', ')} have no effect in this version: there are no alarms and no Slack channel yet.`;
    Annotations.of(this).addWarningV2('flightwatch:unbuilt-settings', message);
  }
}
