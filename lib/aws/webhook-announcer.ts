import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DEPLOYMENT_TRIGGERED, type GitHubAnnouncement } from '../contract/events';

export interface Bus {
  readonly eventBusName: string;
  readonly eventSource: string;
}

/** Announces a deployment on the event bus. It throws if the bus does not take the event. */
export type Announce = (deploymentId: string) => Promise<void>;

export function createAnnouncer(client: EventBridgeClient, { eventBusName, eventSource }: Bus): Announce {
  return async (deploymentId) => {
    const detail: GitHubAnnouncement = { deploymentId, announcedBy: 'github' };
    const entry = {
      EventBusName: eventBusName,
      Source: eventSource,
      DetailType: DEPLOYMENT_TRIGGERED.detailType,
      Detail: JSON.stringify(detail),
    };
    await put(client, entry).catch((error: unknown) => {
      throw new Error('The deployment could not be announced on the event bus', { cause: error });
    });
  };
}

async function put(client: EventBridgeClient, entry: object): Promise<void> {
  const { FailedEntryCount = 0, Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount > 0) throw new Error(`PutEvents: ${Entries[0]?.ErrorCode ?? 'the event was refused'}`);
}
