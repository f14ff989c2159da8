import { App } from 'aws-cdk-lib';
import { CiRoleStack } from './ci-role-stack.ts';

const app = new App();
new CiRoleStack(app, 'FlightwatchCi', {
  // The output StateMachineArn of the stack that Flightwatch is in.
  stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:flightwatch',
  repository: 'your-organisation/your-repository',
  branch: 'main',
});
