import { reportEnvironment } from '../../lib/contract/environment';
import { awsEnvironment } from './aws-environment';
import { AwsServer } from './aws-server';
import { STATE_MACHINE_ARN, stateMachineArn } from './step-functions';

export const WATCHES = STATE_MACHINE_ARN;
export const REPORTS = stateMachineArn('reports');

/** An AWS with the two state machines of the watchdog, for handlers in this process; empty before each test. */
export function serveWatchdog(): () => AwsServer {
  let aws: AwsServer;
  beforeAll(async () => {
    aws = await AwsServer.start();
    aws.stepFunctions.stateMachines = [WATCHES, REPORTS];
    const environment = reportEnvironment.encode({ watchStateMachineArn: WATCHES, reportStateMachineArn: REPORTS });
    Object.assign(process.env, awsEnvironment(aws), environment);
  });
  beforeEach(() => {
    aws.calls.length = 0;
    aws.executions.clear();
    aws.stepFunctions.executionsOf(REPORTS).clear();
    jest.spyOn(console, 'warn').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => aws.close());
  return () => aws;
}
