import { FeatureFlags } from 'aws-cdk-lib';
import type { IAlias, IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { KMS_APPLY_IMPORTED_ALIAS_PERMISSIONS_TO_PRINCIPAL } from 'aws-cdk-lib/cx-api';

/**
 * The key that policies name: one that names an alias allows nothing. Absent for an alias whose key is unknown.
 * Source: KMS docs, Using aliases to control access to KMS keys.
 */
export function findKey(key: IKey): IKey | undefined {
  if (!isAlias(key)) return key;
  try {
    return (key as IAlias).aliasTargetKey;
  } catch {
    // An alias that is imported by its name throws.
    return undefined;
  }
}

/** Whether a permission to use the key of a resource would have no effect, and is needed. */
export function isUnknownAlias(key: IKey): boolean {
  return findKey(key) === undefined && !isManagedByAws(key);
}

/** The CDK can grant the key of an alias by the alias's name, if the app says so. */
export function isUnknownAliasOfTopic(topic: ITopic): boolean {
  const { masterKey } = topic;
  if (masterKey === undefined || !isUnknownAlias(masterKey)) return false;
  const isImportedByName = 'aliasName' in masterKey;
  return !(isImportedByName && FeatureFlags.of(topic).isEnabled(KMS_APPLY_IMPORTED_ALIAS_PERMISSIONS_TO_PRINCIPAL));
}

function isAlias(key: IKey): boolean {
  return 'aliasName' in key || String(key.keyArn).includes(':alias/');
}

/** Everybody in the account who may use the service may use its key. */
function isManagedByAws({ keyArn }: IKey): boolean {
  return String(keyArn).includes(':alias/aws/');
}
