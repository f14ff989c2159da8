import { type IResource, type Stack, Token } from 'aws-cdk-lib';

/** Where a stack or a resource is, as far as it is known. */
export interface Place {
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/** A stack without a place of its own goes where the CDK's command line deploys to, which it tells the app. */
export function likelyPlaceOf({ region, account }: Stack): Place {
  const { CDK_DEFAULT_REGION, CDK_DEFAULT_ACCOUNT } = process.env;
  return {
    region: Token.isUnresolved(region) ? CDK_DEFAULT_REGION : region,
    account: Token.isUnresolved(account) ? CDK_DEFAULT_ACCOUNT : account,
  };
}

/** What of the resource's place is known to be another one. */
export function differencesOf({ env }: IResource, place: Place): (keyof Place)[] {
  const names: readonly (keyof Place)[] = ['region', 'account'];
  return names.filter((name) => {
    const other = place[name];
    return other !== undefined && !Token.isUnresolved(other) && !Token.isUnresolved(env[name]) && env[name] !== other;
  });
}
