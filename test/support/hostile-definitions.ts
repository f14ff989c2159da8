import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { DEFAULT_RETENTION } from '../../lib/constructs/retention';
import { Watch } from '../../lib/constructs/watch';
import { DEFAULT_API_SETTINGS } from '../../lib/contract/poll-environment';
import { STATES } from '../../lib/contract/states';
import type { WatchSettings } from '../../lib/contract/watch-settings';
import { readDefinition, readShippedTemplate } from '../../lib/local/definition';
import { type Template as LocalTemplate, resolveText } from '../../lib/local/template';

export interface DeployedWatch {
  readonly definition: StateMachineDefinition;
  /** When Lambda ends a call of the poll function. */
  readonly functionSeconds: number;
}

const templates = new Map<number, LocalTemplate>();

/** The watch as a stack with these settings has it: time-outs and retries depend on how long the function lingers. */
export function deployWatch(settings: WatchSettings): DeployedWatch {
  const { lingerSeconds } = settings.pacing;
  const template = templates.get(lingerSeconds) ?? synthesize(settings);
  templates.set(lingerSeconds, template);
  const [poll] = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  return { definition: readDefinition(template, settings), functionSeconds: Number(poll?.Properties.Timeout) };
}

function synthesize(settings: WatchSettings): LocalTemplate {
  const stack = new Stack(new App(), 'Stack');
  const [apiKeySecret, topic] = [Secret.fromSecretNameV2(stack, 'ApiKey', 'key'), new Topic(stack, 'Topic')];
  const eventBus = EventBus.fromEventBusName(stack, 'EventBus', 'default');
  const [api, retention] = [DEFAULT_API_SETTINGS, DEFAULT_RETENTION];
  new Watch(stack, 'Watch', { apiKeySecret, topic, eventBus, api, settings, retention });
  return Template.fromStack(stack).toJSON() as LocalTemplate;
}

/** The state machine that publishes the notification of a watch that ended without one. */
export function readReportDefinition(): StateMachineDefinition {
  const machines = Object.values(readShippedTemplate().Resources).filter(
    ({ Type }) => Type === 'AWS::StepFunctions::StateMachine',
  );
  const report = machines.find(({ Properties }) => !JSON.stringify(Properties).includes(STATES.poll));
  return JSON.parse(resolveText(report?.Properties.DefinitionString, (id) => `arn:aws:sns:local:0:${id}`));
}
