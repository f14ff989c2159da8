import { dirname, join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { FunctionName } from '../contract/functions';
import type { Variables } from '../contract/variables';
import { allowNetworkInterfaces, denyNetworkInterfaces, type Network } from './network';
import { createLogGroup, type Retention } from './retention';

export interface FlightwatchFunctionProps {
  readonly description: string;
  /** Made by `npm run build` and shipped in the package. */
  readonly bundle: FunctionName;
  readonly timeout: Duration;
  readonly environment: Variables;
  readonly retention: Retention;
  /** @default - the one of Lambda, with access to the internet */
  readonly network?: Network | undefined;
  /**
   * For a function that anybody can invoke: Lambda itself logs nothing below a warning and writes no traces, which would
   * cost more than the function. @default false
   */
  readonly quiet?: boolean;
}

/** One of our functions: Node.js 24 on arm64, with traces, and JSON logs in a group that only it may write to. */
export class FlightwatchFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: FlightwatchFunctionProps) {
    const { network } = props;
    const logGroup = createLogGroup(scope, `${id}Logs`, props.retention);
    // Instead of the managed policy, which allows writing to every log group.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    if (network) allowNetworkInterfaces(role);
    super(scope, id, {
      description: props.description,
      code: codeOf(props.bundle),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 128,
      timeout: props.timeout,
      tracing: props.quiet ? Tracing.DISABLED : Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      ...(props.quiet && { systemLogLevelV2: SystemLogLevel.WARN }),
      logGroup,
      role,
      ...network,
      environment: props.environment,
      // Running watches go on with the version that they started with.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    if (network) denyNetworkInterfaces(this, role);
  }
}

function codeOf(bundle: FunctionName): Code {
  // By the package's own name, which works from the sources and from dist.
  const root = dirname(require.resolve('flightwatch/package.json'));
  return Code.fromAsset(join(root, 'dist', 'lambda', bundle));
}
