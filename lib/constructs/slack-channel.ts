import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface SlackChannelProps {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly topics: readonly ITopic[];
}

/** A Slack channel through Amazon Q Developer in chat applications. It receives messages and has no access to AWS. */
export class SlackChannel extends Construct {
  constructor(scope: Construct, id: string, { workspaceId, channelId, topics }: SlackChannelProps) {
    super(scope, id);
    new SlackChannelConfiguration(this, 'Channel', {
      // Unique in the account.
      slackChannelConfigurationName: `flightwatch-${this.node.addr.slice(-8)}-${channelId}`,
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
      // One topic may be for notifications and alarms.
      notificationTopics: [...new Map(topics.map((topic) => [topic.topicArn, topic])).values()],
      // Denies the commands that members of the channel type, with any role they may choose.
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
      userRoleRequired: false,
    });
  }
}
