import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { findKey } from './key-alias';

/** Source: Secrets Manager docs, Secret encryption and decryption, Permissions for the KMS key. */
const KEY_FOR_READING = ['kms:Decrypt'];
const KEY_FOR_WRITING = ['kms:Decrypt', 'kms:GenerateDataKey'];

/**
 * Allows reading the secret, with its customer managed key if it has one. All of it is in the policy of the grantee: the
 * CDK's own grant writes into the policy of the key, which may be in a stack that this one depends on.
 */
export function grantReadSecret(secret: ISecret, grantee: IGrantable): void {
  Grant.addToPrincipal({
    grantee,
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
    resourceArns: [arnInPolicies(secret)],
  });
  grantUseOfKey(secret, grantee, KEY_FOR_READING);
}

/** Allows reading the secret and replacing its value, with its customer managed key if it has one. */
export function grantReplaceSecret(secret: ISecret, grantee: IGrantable): Grant {
  const grant = Grant.addToPrincipal({
    grantee,
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    resourceArns: [arnInPolicies(secret)],
  });
  const useOfKey = grantUseOfKey(secret, grantee, KEY_FOR_WRITING);
  return useOfKey ? grant.combine(useOfKey) : grant;
}

/** Secrets Manager adds a hyphen and six characters to a name, which an import by name does not know. */
function arnInPolicies(secret: ISecret): string {
  const { secretFullArn, secretArn } = secret;
  return secretFullArn ?? `${secretArn}-??????`;
}

/**
 * The policy of a key need not name the grantee: a secret that is made in the app lets its whole account use its key
 * through Secrets Manager, and the policy of an imported key cannot be changed.
 */
function grantUseOfKey(secret: ISecret, grantee: IGrantable, actions: string[]): Grant | undefined {
  const key = secret.encryptionKey && findKey(secret.encryptionKey);
  if (key === undefined) return undefined;
  const service = `secretsmanager.${Stack.of(secret).region}.amazonaws.com`;
  return Grant.addToPrincipal({
    grantee,
    actions,
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': service } },
  });
}
