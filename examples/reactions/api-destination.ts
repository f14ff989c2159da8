import { SecretValue } from 'aws-cdk-lib';
import {
  ApiDestination,
  type ApiDestinationProps,
  Authorization,
  Connection,
  type ConnectionProps,
  type IApiDestination,
} from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';

/** An address that EventBridge posts to, of an API that takes no key in a header. */
export function createApiDestination(
  scope: Construct,
  { endpoint, rateLimitPerSecond = 2 }: Pick<ApiDestinationProps, 'endpoint' | 'rateLimitPerSecond'>,
  parameters: Pick<ConnectionProps, 'bodyParameters'> = {},
): IApiDestination {
  const connection = new Connection(scope, 'Connection', {
    // A connection needs an authorization, also where the API needs none. This value is no secret.
    authorization: Authorization.apiKey('X-Unused', SecretValue.unsafePlainText('unused')),
    ...parameters,
  });
  // The `as` is needed with exactOptionalPropertyTypes only.
  return new ApiDestination(scope, 'Endpoint', { endpoint, rateLimitPerSecond, connection }) as IApiDestination;
}
