/** The stack's outputs, which users, scripts and the end-to-end suite read by name. */
export interface StackOutputs {
  readonly StateMachineArn: string;
  readonly NotificationTopicArn: string;
  readonly ApiKeySecretArn: string;
  /** Unless `alarms` is false. */
  readonly AlarmTopicArn?: string | undefined;
  readonly DeadLetterQueueUrl: string;
  /** With the setting `githubWebhook`. */
  readonly GitHubWebhookUrl?: string | undefined;
  readonly GitHubWebhookSecretArn?: string | undefined;
  /** Unless `history` is false. */
  readonly HistoryTableName?: string | undefined;
}
