import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { DeploymentMonitor } from 'flightwatch'; // the first line

/** A stack as you may have it: one topic for everything that the team should hear of. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const topic = new Topic(this, 'Team', { displayName: 'Operations' });
    topic.addSubscription(new EmailSubscription('team@example.com'));

    // The second and the third line. Without alarmTopic, the alarms of Flightwatch get a topic of their own.
    const monitor = new DeploymentMonitor(this, 'Flightwatch', { topic, alarmTopic: topic });
    new CfnOutput(this, 'StateMachineArn', { value: monitor.stateMachine.stateMachineArn });
  }
}
