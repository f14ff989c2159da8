import { OUTCOMES } from '../../lib/contract/outcomes';
import { parseJsonLines } from '../support/command';
import { executionArn, STATE_MACHINE_ARN, stateMachineArn, TOPIC_ARN } from '../support/step-functions';
import { REPORTS, TestNotificationWorld } from './test-notification-world';

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:deployments';

let world: TestNotificationWorld;

beforeEach(async () => {
  world = await TestNotificationWorld.start();
});
afterEach(() => world.close());

test('one failure is published by the report state machine, and the subscribers are listed as they are', async () => {
  world.subscriptions = [
    { protocol: 'email', endpoint: 'you@example.com', arn: `${TOPIC_ARN}:1` },
    { protocol: 'email', endpoint: 'new@example.com' },
    { protocol: 'sqs', endpoint: QUEUE, arn: `${TOPIC_ARN}:2`, filterPolicy: '{"test":[{"exists":false}]}' },
    { protocol: 'https', endpoint: 'https://events.example.com/CANARY_integration_key', arn: `${TOPIC_ARN}:3` },
  ];

  const { exitStatus, stdout, stderr } = await world.run();

  const [[name, notification] = ['']] = [...world.sent];
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    `Published: "TEST FAILED: production, main": https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/${executionArn(REPORTS, name)}`,
    `Subscribed to ${TOPIC_ARN}:`,
    '- email you@example.com: everything',
    '- email new@example.com: not confirmed yet, so it receives nothing; SNS deletes it after 48 hours',
    `- sqs ${QUEUE}: what passes {"test":[{"exists":false}]}`,
    '- https https://events.example.com/...: everything',
    '',
  ]);
  expect(exitStatus).toBe(0);
  expect(world.sent.size).toBe(1);
  expect(name).toMatch(/^test-[\da-f]{16}$/);
  expect(notification?.record).toMatchObject({
    test: true,
    outcome: 'FAILED',
    deploymentId: name,
    executionArn: executionArn(REPORTS, name),
  });
  expect(world.aws.executions.size).toBe(0);
});

test('each outcome that is asked for is sent once', async () => {
  const options = [...OUTCOMES, 'FAILED'].flatMap((outcome) => ['--outcome', outcome]);

  const { exitStatus, stdout } = await world.run(options);

  expect(exitStatus).toBe(0);
  expect([...world.sent.values()].map(({ record }) => record.outcome).toSorted()).toEqual([...OUTCOMES].toSorted());
  expect(stdout.match(/^Published: "TEST [A-Z_]+: /gm)).toEqual(
    OUTCOMES.map((outcome) => `Published: "TEST ${outcome}: `),
  );
  expect(stdout).toContain(
    `Nobody is subscribed to ${TOPIC_ARN}. Set notifyEmails and deploy again, or subscribe to the topic.`,
  );
});

test('--json prints one object', async () => {
  world.subscriptions = [
    { protocol: 'sqs', endpoint: QUEUE, arn: `${TOPIC_ARN}:1`, filterPolicy: '{"outcome":["FAILED"]}' },
    { protocol: 'email', endpoint: 'new@example.com' },
  ];

  const { stdout } = await world.run(['--json', '--outcome', 'CANCELLED']);

  const [name = ''] = [...world.sent.keys()];
  expect(parseJsonLines(stdout)).toEqual([
    {
      notifications: [{ outcome: 'CANCELLED', status: 'PUBLISHED', executionArn: executionArn(REPORTS, name) }],
      topicArn: TOPIC_ARN,
      subscriptions: [
        { protocol: 'sqs', endpoint: QUEUE, confirmed: true, filterPolicy: { outcome: ['FAILED'] } },
        { protocol: 'email', endpoint: 'new@example.com', confirmed: false },
      ],
    },
  ]);
});

test('if it cannot be published, it says what SNS answered, and exits with 1', async () => {
  world.end = { status: 'FAILED', error: 'NotificationFailed' };
  world.events = [
    { id: 1, timestamp: 0, type: 'TaskFailed', taskFailedEventDetails: { error: 'SNS.KMSDisabled', cause: 'old' } },
    {
      id: 2,
      timestamp: 0,
      type: 'TaskFailed',
      taskFailedEventDetails: { error: 'SNS.KMSAccessDenied', cause: 'The key\ndoes not allow it.' },
    },
    { id: 3, timestamp: 0, type: 'ExecutionFailed' },
  ];

  const { exitStatus, stdout } = await world.run();

  expect(stdout).toContain(
    'Not published: "TEST FAILED: production, main" (SNS.KMSAccessDenied, The key does not allow it.): https://',
  );
  expect(exitStatus).toBe(1);
});

test('without the right to read why, it still says that it was not published', async () => {
  world.end = { status: 'ABORTED' };
  world.aws.faults.GetExecutionHistory = [{ status: 400, type: 'AccessDeniedException' }];

  const { exitStatus, stdout } = await world.run();

  expect(stdout).toContain('Not published: "TEST FAILED: production, main": https://');
  expect(exitStatus).toBe(1);
});

test('without the right to list the subscribers, it says which permission it needs, and the test is sent', async () => {
  world.denied = { status: 403, code: 'AuthorizationError' };

  const { exitStatus, stdout, stderr } = await world.run();

  expect(stdout).toMatch(/^Published: .+\n$/);
  expect(stderr).toMatch(
    /^The subscribers are not shown: .+AuthorizationError.+ They need sns:ListSubscriptionsByTopic and sns:GetSubscriptionAttributes\.\n$/,
  );
  expect(exitStatus).toBe(0);
});

test('the report state machine is that of the same construct, where a stack has two', async () => {
  const [otherWatches, otherReports] = [stateMachineArn('other'), stateMachineArn('other-reports')];
  world.deploy({
    [otherWatches]: 'OtherWatchStateMachine00000001',
    [otherReports]: 'OtherWatchdogReport00000002',
    [STATE_MACHINE_ARN]: 'MonitorWatchStateMachine00000003',
    [REPORTS]: 'MonitorWatchdogReport00000004',
  });

  const { exitStatus, stdout } = await world.run();

  expect(exitStatus).toBe(0);
  expect(stdout).toContain(executionArn(REPORTS, 'test-'));
});

test.each<[string, () => void, string]>([
  [
    'a state machine of no stack',
    () => {
      world.aws.cloudFormation.stacks = {};
    },
    `No stack has ${STATE_MACHINE_ARN} as a resource.`,
  ],
  [
    'a stack without a report state machine',
    () => world.deploy({ [STATE_MACHINE_ARN]: 'MonitorWatchStateMachine0A1B2C3D' }),
    `No report state machine of ${STATE_MACHINE_ARN} was found in the stack Flightwatch: `,
  ],
  [
    'a start that is denied',
    () => {
      world.aws.faults.StartExecution = [
        { status: 400, type: 'AccessDeniedException', message: 'not authorized to perform: states:StartExecution' },
      ];
    },
    'not authorized to perform: states:StartExecution',
  ],
])('%s is one sentence, and nothing is sent', async (_, prepare, message) => {
  prepare();

  const { exitStatus, stdout, stderr } = await world.run();

  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(exitStatus).toBe(2);
  expect(world.sent.size).toBe(0);
});

test.each(['failed', 'IN_PROGRESS', 'https://CANARY.example.com'])('--outcome %j is refused', async (outcome) => {
  const { exitStatus, stderr } = await world.run(['--outcome', outcome]);

  expect(exitStatus).toBe(2);
  expect(stderr).toMatch(
    /^--outcome: got .+, expected one of SUCCEEDED, FAILED, CANCELLED, TIMED_OUT, WATCH_FAILED\.\n$/,
  );
});
