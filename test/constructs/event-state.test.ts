import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import { EVENT_STATES } from '../../lib/contract/state-kinds';
import { readDefinition } from '../../lib/local/definition';
import type { Template as TemplateJson } from '../../lib/local/template';

interface State {
  readonly Next: string;
  readonly TimeoutSeconds: number;
  readonly Parameters: { readonly Entries: readonly object[] };
  readonly Retry: readonly {
    readonly IntervalSeconds: number;
    readonly BackoffRate: number;
    readonly MaxAttempts: number;
  }[];
  readonly Catch: readonly object[];
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function synthesise(eventBusName?: string): Template {
  const stack = new Stack(new App(), 'Test');
  const eventBus = eventBusName && EventBus.fromEventBusName(stack, 'Bus', eventBusName);
  new DeploymentMonitor(stack, 'Monitor', { ...(eventBus && { eventBus }) });
  return Template.fromStack(stack);
}

function statesOf(template: Template): Readonly<Record<string, State>> {
  const { States } = readDefinition(template.toJSON() as TemplateJson) as unknown as { States: Record<string, State> };
  return States;
}

const { sendReport: _, ...OF_WATCHES } = EVENT_STATES;

describe.each(Object.values(OF_WATCHES))('%s', (name) => {
  const state = statesOf(synthesise())[name] as State;

  test('never changes how the execution ends, nor delays it by more than six minutes', () => {
    const [{ IntervalSeconds, BackoffRate, MaxAttempts } = { IntervalSeconds: 0, BackoffRate: 0, MaxAttempts: 0 }] =
      state.Retry;
    const waits = Array.from({ length: MaxAttempts }, (__, n) => IntervalSeconds * BackoffRate ** n);

    expect(state.Catch).toEqual([{ ErrorEquals: ['States.ALL'], Next: state.Next, ResultPath: null }]);
    const seconds = (1 + MaxAttempts) * state.TimeoutSeconds + waits.reduce((sum, wait) => sum + wait, 0);
    expect(seconds).toBeLessThanOrEqual(360);
  });

  test('sends the record to the bus that deployments are announced on', () => {
    const entryOn = (eventBusName: string) => ({
      Source: 'flightwatch',
      DetailType: 'Deployment Finished',
      'Detail.$': '$.look.notification.record',
      EventBusName: expect.stringMatching(`:event-bus/${eventBusName}$`),
    });

    expect(state.Parameters.Entries).toEqual([entryOn('default')]);
    expect(statesOf(synthesise('deployments'))[name]?.Parameters.Entries).toEqual([entryOn('deployments')]);
  });
});

test.each([
  ['MonitorWatchStateMachineRole', undefined, 'default'],
  ['MonitorWatchStateMachineRole', 'deployments', 'deployments'],
  ['MonitorWatchdogReportRole', undefined, 'default'],
  ['MonitorWatchdogReportRole', 'deployments', 'deployments'],
])('%s may put events on one bus: of %s, on %s', (role, eventBusName, expected) => {
  const statements = Object.entries(synthesise(eventBusName).findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes(role))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[]);
  const puts = statements.filter(({ Action }) => Action === 'events:PutEvents');

  expect(puts).toHaveLength(1);
  expect(JSON.stringify(puts[0]?.Resource)).toContain(`:event-bus/${expected}"`);
});
