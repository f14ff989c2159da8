import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** Source: Secrets Manager docs, Secret encryption and decryption, Permissions for the KMS key. */
const KEY_FOR_READING = ['kms:Decrypt'];
const KEY_FOR_WRITING = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Allows reading the secret, with its customer managed key if it has one. */
export function grantReadSecret(secret: ISecret, grantee: IGrantable): void {
  secret.grantRead(grantee);
  grantUseOfKey(secret, grantee, KEY_FOR_READING);
}

/** Allows reading the secret and replacing its value, with its customer managed key if it has one. */
export function grantReplaceSecret(secret: ISecret, grantee: IGrantable): Grant {
  const { secretArn, secretFullArn } = secret;
  const grant = Grant.addToPrincipal({
    grantee,
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    // Secrets Manager adds a hyphen and six characters to a name, which an import by name does not know.
    resourceArns: [secretFullArn ?? `${secretArn}-??????`],
  });
  const useOfKey = grantUseOfKey(secret, grantee, KEY_FOR_WRITING);
  return useOfKey ? grant.combine(useOfKey) : grant;
}

/** The CDK's own grants of secrets change the policy of the key, which has no effect if the key is imported. */
function grantUseOfKey(secret: ISecret, grantee: IGrantable, actions: string[]): Grant | undefined {
  const { encryptionKey } = secret;
  if (encryptionKey === undefined) return undefined;
  const service = `secretsmanager.${Stack.of(secret).region}.amazonaws.com`;
  return Grant.addToPrincipal({
    grantee,
    actions,
    resourceArns: [encryptionKey.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': service } },
  });
}
