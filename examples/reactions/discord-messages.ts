import { Duration } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { ApiDestination } from 'aws-cdk-lib/aws-events-targets';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { createApiDestination } from './api-destination.ts';
import { deploymentFinished, type ReactionProps } from './deployment-finished.ts';

export interface DiscordMessagesProps extends ReactionProps {
  /** Its value is the URL of the webhook, as Discord shows it. */
  readonly webhookUrl: ISecret;
}

// EventBridge doesn't escape what it puts into a longer string, so free text such as the reason stands alone.
const ENVIRONMENT = EventField.fromPath('$.detail.environment.givenId');
const COMMIT = EventField.fromPath('$.detail.repository.commit');
const REASON = EventField.fromPath('$.detail.reason');
const FAILURES = EventField.fromPath('$.detail.history.failuresInARow');

const RED = 0xd1242f;
const GREEN = 0x1a7f37;

/**
 * Posts to a Discord channel when a deployment fails, and when an environment has recovered.
 *
 * The URL of the webhook is a credential. It is not in the template: CloudFormation reads it from the secret when it
 * creates the API destination. But API destinations hide only headers, query parameters and body fields. Everybody who
 * may call `events:DescribeApiDestination` in this account can read the URL, and post to the channel. If you don't want
 * that, post as a Discord bot, whose token is sent in a header.
 *
 * CloudFormation doesn't notice that a secret has a new value. If you replace the webhook, use a new secret.
 */
export class DiscordMessages extends Construct {
  constructor(scope: Construct, id: string, { webhookUrl, deadLetterQueue, ...bus }: DiscordMessagesProps) {
    super(scope, id);
    const webhook = createApiDestination(this, { endpoint: webhookUrl.secretValue.unsafeUnwrap() });
    const post = (embed: object) =>
      new ApiDestination(webhook, {
        // Texts of a deployment never mention anybody, not even @everyone.
        event: RuleTargetInput.fromObject({ embeds: [embed], allowed_mentions: { parse: [] } }),
        // Later, the message would no longer be news.
        maxEventAge: Duration.hours(1),
        deadLetterQueue,
      });
    const footer = { text: `Commit: ${COMMIT}` };

    new Rule(this, 'Failed', {
      ...bus,
      description: 'Tells Discord that a deployment has failed',
      eventPattern: deploymentFinished({ outcome: ['FAILED'] }),
      targets: [post({ title: `FAILED: ${ENVIRONMENT}`, description: REASON, footer, color: RED })],
    });
    new Rule(this, 'Recovered', {
      ...bus,
      description: 'Tells Discord that an environment has recovered',
      eventPattern: deploymentFinished({ history: { trend: ['recovered'] } }),
      targets: [
        post({ title: `Recovered: ${ENVIRONMENT}`, description: `Failures before: ${FAILURES}`, footer, color: GREEN }),
      ],
    });
  }
}
