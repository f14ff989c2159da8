import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { DEFAULT_EVENT_BUS } from '../contract/events';
import type { StackOutputs } from '../contract/stack-outputs';
import { withoutUndefined } from '../objects';
import { DeploymentMonitor } from './deployment-monitor';
import { toPacingProps } from './pacing-props';
import type { Settings } from './settings';

const REMOVAL_POLICIES: Readonly<Record<Settings['removalPolicy'], RemovalPolicy>> = {
  destroy: RemovalPolicy.DESTROY,
  retain: RemovalPolicy.RETAIN,
};

/** One DeploymentMonitor from the settings, with its outputs. */
export class FlightwatchStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, props?: StackProps) {
    super(scope, id, {
      description: 'Flightwatch: one notification of how each Flightcontrol deployment ended',
      ...props,
    });
    const { apiKeySecretArn, alarmTopicArn, apiBaseUrl, eventBusName, slackWorkspaceId, slackChannelId } = settings;

    const monitor = new DeploymentMonitor(this, 'Monitor', {
      stateMachineName: settings.stateMachineName,
      eventSource: settings.eventSource,
      githubWebhook: settings.githubWebhook,
      githubEvents: settings.githubEvents,
      environments: settings.environments,
      previewEnvironments: settings.previewEnvironments,
      notifyEmails: settings.notifyEmails,
      notifyOn: settings.notifyOn,
      history: settings.history,
      alarms: settings.alarms,
      alarmEmails: settings.alarmEmails,
      dashboard: settings.dashboard,
      api: settings.api,
      timeout: Duration.minutes(settings.timeoutMinutes),
      pacing: toPacingProps(settings.pacing),
      removalPolicy: REMOVAL_POLICIES[settings.removalPolicy],
      logRetention: settings.logRetentionDays,
      ...(apiBaseUrl && { apiBaseUrl }),
      ...(eventBusName !== DEFAULT_EVENT_BUS && {
        eventBus: EventBus.fromEventBusName(this, 'EventBus', eventBusName),
      }),
      ...(slackWorkspaceId &&
        slackChannelId && { slack: { workspaceId: slackWorkspaceId, channelId: slackChannelId } }),
      ...(alarmTopicArn && { alarmTopic: Topic.fromTopicArn(this, 'ExistingAlarmTopic', alarmTopicArn) }),
      ...(apiKeySecretArn && { secret: Secret.fromSecretCompleteArn(this, 'ExistingApiKey', apiKeySecretArn) }),
    });

    const outputs: StackOutputs = {
      StateMachineArn: monitor.stateMachine.stateMachineArn,
      NotificationTopicArn: monitor.topic.topicArn,
      ApiKeySecretArn: monitor.apiKeySecret.secretArn,
      AlarmTopicArn: monitor.alarmTopic?.topicArn,
      DeadLetterQueueUrl: monitor.deadLetterQueue.queueUrl,
      HistoryTableName: monitor.historyTable?.tableName,
      GitHubWebhookUrl: monitor.githubWebhookUrl,
      GitHubWebhookSecretArn: monitor.githubWebhookSecret?.secretArn,
    };
    for (const [name, value] of Object.entries(withoutUndefined(outputs))) new CfnOutput(this, name, { value });
  }
}
