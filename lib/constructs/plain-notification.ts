import { Choice, Condition, type IChainable, JsonPath, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { STATES, type StateName } from '../contract/states';

const REASON =
  'The poll function of this watch could not be run: {}. Look at the execution in Step Functions, then start the watch again.';

/** No deployment's id matches these; addresses and credentials must not be repeated to subscribers. */
const NOT_IN_IDS = ['*/*', '*:*', '*@*', '*.*', '*=*', '* *', '*"*', '*{*'];

/** The last resort, when the poll function cannot be run at all: a notification that states write by themselves. */
export function writePlainNotification(scope: Construct, next: IChainable): Choice {
  const describe = describeFailure(scope);
  const known = new Choice(scope, STATES.deploymentKnown)
    .when(hasLookedBefore(), useLastLook(scope).next(describe))
    .when(hasUsableId(), useRequestedId(scope).next(describe))
    .otherwise(useNothing(scope).next(describe));
  describe.next(writeChatMessage(scope)).next(writeNotification(scope)).next(next);
  return known;
}

function hasLookedBefore(): Condition {
  return Condition.and(Condition.isPresent('$.look.plain'), Condition.not(Condition.isNull('$.look.plain')));
}

function hasUsableId(): Condition {
  const id = '$.input.deploymentId';
  return Condition.and(
    Condition.isPresent(id),
    Condition.isString(id),
    ...NOT_IN_IDS.map((pattern) => Condition.not(Condition.stringMatches(id, pattern))),
  );
}

function useLastLook(scope: Construct): Pass {
  return new Pass(scope, STATES.useLastLook, { inputPath: '$.look.plain', resultPath: '$.plain' });
}

function useRequestedId(scope: Construct): Pass {
  const deploymentId = JsonPath.stringAt('$.input.deploymentId');
  return pass(scope, STATES.useRequestedId, '$.plain', {
    place: JsonPath.format('deployment {}', deploymentId),
    watch: JsonPath.stringAt('$.execution.arn'),
    record: { deploymentId },
    attributes: { deploymentId: { DataType: 'String', StringValue: deploymentId } },
  });
}

function useNothing(scope: Construct): Pass {
  const watch = JsonPath.stringAt('$.execution.arn');
  return pass(scope, STATES.useNothing, '$.plain', { place: 'unknown deployment', watch, record: {}, attributes: {} });
}

/** What every such notification says. */
function describeFailure(scope: Construct): Pass {
  return pass(scope, STATES.describeFailurePlainly, '$.own', {
    record: {
      version: 1,
      outcome: 'WATCH_FAILED',
      reason: JsonPath.format(REASON, JsonPath.stringAt('$.failure.Error')),
      watchStartedAt: JsonPath.stringAt('$.execution.startedAt'),
      endedAt: JsonPath.stringAt('$$.State.EnteredTime'),
      executionArn: JsonPath.stringAt('$.execution.arn'),
    },
    attributes: { outcome: { DataType: 'String', StringValue: 'WATCH_FAILED' } },
  });
}

function writeChatMessage(scope: Construct): Pass {
  const text = JsonPath.format('{}: {}', ...pathsTo('$.plain.place', '$.own.record.reason'));
  return pass(scope, STATES.writePlainChatMessage, '$.chat', {
    version: '1.0',
    source: 'custom',
    content: { description: text },
  });
}

function writeNotification(scope: Construct): Pass {
  const record = merge('$.plain.record', '$.own.record');
  const json = JsonPath.jsonToString(record);
  const text = JsonPath.format(
    'WATCH_FAILED, verdict unknown: {}. {} The watch in Step Functions: {}',
    ...pathsTo('$.plain.place', '$.own.record.reason', '$.plain.watch'),
  );
  return pass(scope, STATES.writePlainNotification, '$.look', {
    reason: JsonPath.stringAt('$.own.record.reason'),
    notification: {
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
      attributes: merge('$.plain.attributes', '$.own.attributes'),
      record,
    },
  });
}

function pass(scope: Construct, name: StateName, resultPath: string, parameters: Record<string, unknown>): Pass {
  return new Pass(scope, name, { parameters, resultPath });
}

function merge(one: string, other: string) {
  return JsonPath.jsonMerge(JsonPath.objectAt(one), JsonPath.objectAt(other));
}

function pathsTo(...paths: string[]): string[] {
  return paths.map((path) => JsonPath.stringAt(path));
}
