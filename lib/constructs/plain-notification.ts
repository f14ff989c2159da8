import { type IChainable, JsonPath, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { STATES } from '../contract/states';

const REASON =
  'The poll function of this watch could not be run: {}. Look at the execution in Step Functions, then start the watch again.';

/** The last resort, when the poll function cannot be run at all: the same notification without it. */
export function writePlainNotification(scope: Construct, next: IChainable): Pass {
  const describe = new Pass(scope, STATES.describeFailurePlainly, {
    comment: 'The poll function cannot be run: the same notification without it.',
    parameters: {
      version: 1,
      outcome: 'WATCH_FAILED',
      reason: JsonPath.format(REASON, JsonPath.stringAt('$.failure.Error')),
      watchStartedAt: JsonPath.stringAt('$.execution.startedAt'),
      endedAt: JsonPath.stringAt('$$.State.EnteredTime'),
      executionArn: JsonPath.stringAt('$.execution.arn'),
    },
    resultPath: '$.record',
  });
  const writeChatMessage = new Pass(scope, STATES.writePlainChatMessage, {
    parameters: { version: '1.0', source: 'custom', content: { description: JsonPath.stringAt('$.record.reason') } },
    resultPath: '$.chat',
  });
  const writeNotification = new Pass(scope, STATES.writePlainNotification, {
    parameters: { reason: JsonPath.stringAt('$.record.reason'), notification: notification() },
    resultPath: '$.look',
  });
  describe.next(writeChatMessage).next(writeNotification).next(next);
  return describe;
}

function notification(): object {
  const json = JsonPath.jsonToString(JsonPath.objectAt('$.record'));
  const [reason, executionArn] = [JsonPath.stringAt('$.record.reason'), JsonPath.stringAt('$.execution.arn')];
  const text = JsonPath.format('WATCH_FAILED: {} Watched by {}', reason, executionArn);
  return {
    subject: 'WATCH_FAILED: the poll function could not be run',
    messages: {
      default: text,
      email: text,
      sms: 'Watch FAILED, verdict unknown: the poll function could not be run',
      sqs: json,
      lambda: json,
      firehose: json,
      https: JsonPath.jsonToString(JsonPath.objectAt('$.chat')),
    },
    attributes: { outcome: { DataType: 'String', StringValue: 'WATCH_FAILED' } },
    record: JsonPath.objectAt('$.record'),
  };
}
