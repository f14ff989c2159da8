import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { STATES } from '../contract/states';
import type { WatchSettings } from '../contract/watch-settings';
import { type Resource, resolveText, type Template } from './template';

/** The template that the build synthesised, or the part of it that is read here, which programs have beside them. */
export function readShippedTemplate(): Template {
  return JSON.parse(readFileSync(findTemplate(), 'utf8')) as Template;
}

/** The sources have none beside them. */
function findTemplate(): string {
  const beside = join(__dirname, 'template.json');
  if (existsSync(beside)) return beside;
  return join(dirname(require.resolve('flightwatch/package.json')), 'dist', 'template.json');
}

/**
 * The state machine's definition, as the stack deploys it, with local names in place of ARNs.
 *
 * @param settings what the watch is started with. @default - the template's
 */
export function readDefinition(template: Template, settings?: WatchSettings): StateMachineDefinition {
  const stateMachine = Object.values(template.Resources).find(isWatch);
  if (stateMachine === undefined) throw new Error('The template holds no watch; run npm run build.');
  const text = resolveText(stateMachine.Properties.DefinitionString, (logicalId) => localArn(logicalId, template));
  const definition = JSON.parse(text) as { States: Record<string, { Parameters?: object }> };
  if (settings !== undefined) {
    for (const name of [STATES.poll, STATES.explainFailure])
      Object.assign(definition.States[name]?.Parameters ?? {}, { settings });
  }
  return definition as unknown as StateMachineDefinition;
}

/** There is another state machine, which reports broken watches. */
function isWatch({ Type, Properties }: Resource): boolean {
  return (
    Type === 'AWS::StepFunctions::StateMachine' && JSON.stringify(Properties.DefinitionString).includes(STATES.poll)
  );
}

function localArn(logicalId: string, template: Template): string {
  const service = template.Resources[logicalId]?.Type === 'AWS::SNS::Topic' ? 'sns' : 'lambda';
  return `arn:aws:${service}:local:000000000000:${service === 'lambda' ? 'function:' : ''}${logicalId}`;
}
