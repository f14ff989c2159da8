import { startTestReport, waitForTestReport } from '../../lib/aws/test-report';
import { LocalEventBus } from '../../lib/local/event-bus';
import { LocalTopic } from '../../lib/local/topic';
import { InMemoryStepFunctions } from '../support/hostile-aws';
import { readReportDefinition } from '../support/hostile-definitions';
import { executeStrictly } from '../support/hostile-step-functions';
import { executionArn, StepFunctions, stateMachineArn } from '../support/step-functions';

const REPORTS = stateMachineArn('reports');
const NOW = new Date('2026-01-01T12:00:00.000Z');

let service: StepFunctions;
let stepFunctions: InMemoryStepFunctions;
let waits: number;

beforeEach(() => {
  service = new StepFunctions();
  service.stateMachines = [REPORTS];
  stepFunctions = new InMemoryStepFunctions(service);
  waits = 0;
});

/** Time that passes only while somebody waits. */
function waiting(seconds: number, onWait: () => void = () => {}) {
  const sleep = async (milliseconds: number) => {
    waits += milliseconds / 1000;
    onWait();
  };
  return { now: () => waits * 1000, sleep, seconds };
}

test('the deployed report state machine publishes it, and puts it on the bus with its mark', async () => {
  const [topic, bus] = [new LocalTopic(), new LocalEventBus()];
  const runs: Promise<unknown>[] = [];
  service.onStart = (name, { input }) => {
    const poll = () => Promise.reject(new Error('A report asks nobody.'));
    const services = { poll, publish: topic.publish, putEvents: bus.putEvents };
    runs.push(executeStrictly(readReportDefinition(), JSON.parse(input), name, services));
  };

  const report = await startTestReport(stepFunctions, REPORTS, 'TIMED_OUT', NOW);
  await Promise.all(runs);

  expect(topic.published).toEqual([
    expect.objectContaining({
      subject: 'TEST TIMED_OUT: production, main',
      attributes: expect.objectContaining({ test: 'true', outcome: 'TIMED_OUT' }),
    }),
  ]);
  expect(bus.finished).toEqual([
    expect.objectContaining({ test: true, outcome: 'TIMED_OUT', executionArn: report.executionArn }),
  ]);
});

test('waiting goes on until the execution has ended', async () => {
  const { executionArn: arn } = await startTestReport(stepFunctions, REPORTS, 'FAILED', NOW);
  const [execution] = service.executionsOf(REPORTS).values();

  const result = await waitForTestReport(
    stepFunctions,
    arn,
    waiting(60, () => {
      if (waits === 3) Object.assign(execution ?? {}, { status: 'SUCCEEDED' });
    }),
  );

  expect(result).toEqual({ status: 'published' });
  expect(waits).toBe(3);
});

test('after that time, it is pending, with what SNS answered last', async () => {
  const { executionArn: arn } = await startTestReport(stepFunctions, REPORTS, 'FAILED', NOW);
  const [execution] = service.executionsOf(REPORTS).values();
  const taskFailedEventDetails = { error: 'SNS.AuthorizationErrorException', cause: 'not authorized' };
  execution?.events.push({ id: 1, timestamp: 0, type: 'TaskFailed', taskFailedEventDetails });

  const result = await waitForTestReport(stepFunctions, arn, waiting(60));

  expect(result).toEqual({ status: 'pending', problem: 'SNS.AuthorizationErrorException, not authorized' });
  expect(waits).toBe(60);
});

test('an execution that is not known yet is waited for', async () => {
  const arn = executionArn(REPORTS, 'test-1');

  const result = await waitForTestReport(
    stepFunctions,
    arn,
    waiting(60, () => service.executionsOf(REPORTS).set('test-1', { status: 'SUCCEEDED', input: '{}', events: [] })),
  );

  expect(result).toEqual({ status: 'published' });
});
