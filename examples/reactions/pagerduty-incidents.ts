import { Duration } from 'aws-cdk-lib';
import { EventField, HttpParameter, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { ApiDestination } from 'aws-cdk-lib/aws-events-targets';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { createApiDestination } from './api-destination.ts';
import { deploymentFinished, type ReactionProps } from './deployment-finished.ts';

export interface PagerDutyIncidentsProps extends ReactionProps {
  /** Its value is the integration key of a PagerDuty service (Events API v2). */
  readonly routingKey: ISecret;
  /** Given ids of the environments whose failures page somebody. */
  readonly environments: readonly string[];
}

const ENVIRONMENT = EventField.fromPath('$.detail.environment.givenId');

/** One incident for each environment, no matter how many of its deployments fail. */
const DEDUP_KEY = `flightwatch ${EventField.fromPath('$.detail.environment.id')}`;

/**
 * Opens a PagerDuty incident when a deployment fails, and resolves it when a later deployment succeeds.
 *
 * EventBridge adds the routing key to the body of each request. It keeps the key in a secret of its own, so the key is
 * neither in the template nor in an answer of its API. As for Discord, use a new secret if you replace the key.
 */
export class PagerDutyIncidents extends Construct {
  constructor(scope: Construct, id: string, props: PagerDutyIncidentsProps) {
    super(scope, id);
    const { routingKey, environments, deadLetterQueue, ...bus } = props;
    const environment = { givenId: environments };
    const incidents = createApiDestination(
      this,
      { endpoint: 'https://events.pagerduty.com/v2/enqueue' },
      { bodyParameters: { routing_key: HttpParameter.fromSecret(routingKey.secretValue) } },
    );
    const send = (event: object) =>
      new ApiDestination(incidents, {
        event: RuleTargetInput.fromObject({ dedup_key: DEDUP_KEY, ...event }),
        // A failure that arrives later may be fixed already.
        maxEventAge: Duration.hours(1),
        deadLetterQueue,
      });

    new Rule(this, 'Failed', {
      ...bus,
      description: 'Opens a PagerDuty incident when a deployment has failed',
      eventPattern: deploymentFinished({ outcome: ['FAILED'], environment }),
      targets: [send({ event_action: 'trigger', payload: describeFailure() })],
    });
    new Rule(this, 'Deployed', {
      ...bus,
      description: 'Resolves the PagerDuty incident when a deployment has succeeded',
      // Not by the trend `recovered`, which may be unknown. If no incident is open, PagerDuty ignores the event.
      eventPattern: deploymentFinished({ outcome: ['SUCCEEDED'], status: ['SUCCESS'], environment }),
      targets: [send({ event_action: 'resolve' })],
    });
  }
}

/** Source: PagerDuty docs, Events API v2, Send an alert event. */
function describeFailure(): object {
  return {
    summary: `FAILED: deployment to ${ENVIRONMENT}`,
    source: ENVIRONMENT,
    severity: 'error',
    timestamp: EventField.fromPath('$.detail.endedAt'),
    // The record, with the reason, the services and the commit.
    custom_details: EventField.fromPath('$.detail'),
  };
}
