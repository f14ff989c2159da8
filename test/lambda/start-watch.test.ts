import { type Execution, STATE_MACHINE_ARN, serveExecutions } from '../support/executions';

process.env.STATE_MACHINE_ARN = STATE_MACHINE_ARN;
process.env.AWS_REGION = 'eu-west-1';

import { handler } from '../../lambda/start-watch';

let executions: Map<string, Execution>;

beforeEach(() => {
  executions = serveExecutions();
  jest.spyOn(console, 'info').mockImplementation();
  jest.spyOn(console, 'warn').mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

const EVENT_ID = '7bf73129-1428-4cd3-a780-95db273d1602';

test('an announced deployment is watched, with its time limit and nothing else of the event', async () => {
  await handler({ id: EVENT_ID, detail: { deploymentId: 'clx1', timeoutMinutes: 5, token: 'x' } });

  expect([...executions]).toEqual([
    ['clx1-1', { status: 'RUNNING', input: '{"deploymentId":"clx1","timeoutMinutes":5}' }],
  ]);
});

test('the same deployment announced by two events is watched once', async () => {
  await handler({ id: EVENT_ID, detail: { deploymentId: 'clx1' } });
  await handler({ id: 'another', detail: { deploymentId: 'clx1' } });

  expect([...executions.keys()]).toEqual(['clx1-1']);
});

test.each([
  ['no detail', undefined, 'null'],
  ['null', null, 'null'],
  ['text', 'clx1', '"clx1"'],
  ['a list', ['clx1'], '["clx1"]'],
  ['an id with a slash', { deploymentId: 'a/b' }, '{"deploymentId":"a/b"}'],
  ['an id that is a number', { deploymentId: 7 }, '{"deploymentId":7}'],
])('%s starts a watch that will say what is wrong with it, once for each event', async (_, detail, input) => {
  await handler({ id: EVENT_ID, detail });
  await handler({ id: EVENT_ID, detail });

  expect([...executions]).toEqual([[`event-${EVENT_ID}`, { status: 'RUNNING', input }]]);
});
