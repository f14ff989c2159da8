import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { StackOutputs } from '../lib/contract/stack-outputs';
import type { NotificationRecord } from '../lib/notification/record';

const run = promisify(execFile);

/** A stack under a name of its own, deployed as users deploy it. */
export class Installation {
  private readonly cloudFormation = new CloudFormationClient();

  constructor(readonly name: string) {}

  /** Deploys it, or deploys it again with other settings. */
  async deploy(apiBaseUrl: string, more: Readonly<Record<string, string>> = {}): Promise<StackOutputs> {
    await run('npx', ['cdk', 'bootstrap']);
    const settings = {
      stackName: this.name,
      stateMachineName: this.name,
      apiBaseUrl,
      pacing: JSON.stringify({ preparingSeconds: 1, buildingSeconds: 1, deployingSeconds: 1 }),
      ...more,
    };
    const context = Object.entries(settings).flatMap(([name, value]) => ['-c', `flightwatch.${name}=${value}`]);
    await run('npx', ['cdk', 'deploy', '--require-approval', 'never', ...context]);
    return this.readOutputs();
  }

  /** Not by `cdk destroy`: it asks an emulator for what that need not have. */
  async remove(): Promise<void> {
    await this.cloudFormation.send(new DeleteStackCommand({ StackName: this.name }));
    await waitUntilStackDeleteComplete({ client: this.cloudFormation, maxWaitTime: 300 }, { StackName: this.name });
  }

  private async readOutputs(): Promise<StackOutputs> {
    const { Stacks } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: this.name }));
    const outputs = (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]);
    return Object.fromEntries(outputs) as StackOutputs;
  }
}

export interface Received {
  readonly subject: string;
  readonly record: NotificationRecord;
  readonly attributes?: Readonly<Record<string, { readonly Type: string; readonly Value: string }>> | undefined;
  /** All of it. */
  readonly text: string;
}

/** A queue that is subscribed to the topic, as a program of the user's would be. */
export class Subscriber {
  readonly notifications: Received[] = [];
  private readonly sqs = new SQSClient();
  private queueUrl = '';

  constructor(private readonly filterPolicy?: Readonly<Record<string, readonly (string | object)[]>>) {}

  async subscribe(queueName: string, topicArn: string): Promise<void> {
    const { QueueUrl = '' } = await this.sqs.send(new CreateQueueCommand({ QueueName: queueName }));
    this.queueUrl = QueueUrl;
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const queueArn = Attributes?.QueueArn ?? '';
    const Policy = JSON.stringify(allowTopic(topicArn, queueArn));
    await this.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const filter = this.filterPolicy && { FilterPolicy: JSON.stringify(this.filterPolicy) };
    const subscription = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes: { ...filter } };
    await new SNSClient().send(new SubscribeCommand(subscription));
  }

  /** Waits until there are so many, and then once more for what should not be there. */
  async receive(count: number): Promise<void> {
    const deadline = Date.now() + 120_000;
    while (this.notifications.length < count && Date.now() < deadline) await this.receiveSome(5);
    await this.receiveSome(10);
  }

  async remove(): Promise<void> {
    if (this.queueUrl) await this.sqs.send(new DeleteQueueCommand({ QueueUrl: this.queueUrl }));
  }

  private async receiveSome(WaitTimeSeconds: number): Promise<void> {
    const { queueUrl: QueueUrl } = this;
    const { Messages = [] } = await this.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return;
    for (const { Body = '' } of Messages) {
      const envelope = JSON.parse(Body) as { Subject: string; Message: string } & Record<string, unknown>;
      this.notifications.push({
        subject: envelope.Subject,
        record: JSON.parse(envelope.Message) as NotificationRecord,
        attributes: envelope.MessageAttributes as Received['attributes'],
        text: Body,
      });
    }
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

function allowTopic(topicArn: string, queueArn: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  };
}
