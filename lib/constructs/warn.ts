import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Their ids, behind `flightwatch:`. */
export const WARNINGS = [
  'alarmsUnheard',
  'alarmKey',
  'topicRegion',
  'alarmTopicRegion',
  'secretRegion',
  'eventBusRegion',
  'encryptionKeyRegion',
  'vpcRegion',
  'topicAccount',
  'alarmTopicAccount',
  'secretAccount',
  'eventBusAccount',
  'encryptionKeyAccount',
  'vpcAccount',
  'environmentsUnused',
  'alarmRecipientsUnused',
  'sharedEvents',
  'grantAccount',
  'grantIgnored',
] as const;

/** Adds a warning that can be acknowledged by its id. */
export function warn(construct: IConstruct, id: (typeof WARNINGS)[number], message: string): void {
  Annotations.of(construct).addWarningV2(`flightwatch:${id}`, message);
}
