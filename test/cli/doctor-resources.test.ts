import { AwsError, endedExecution } from '../support/step-functions';
import { DoctorWorld, FULL } from './doctor-world';

let world: DoctorWorld;

beforeAll(async () => {
  world = await DoctorWorld.start(FULL);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

describe('subscribers', () => {
  test('each is named, with its filter as it is and no more of an address than its host', async () => {
    world.aws.state.subscriptions[world.topic] = [
      { protocol: 'email', endpoint: 'ada@example.com', filterPolicy: '{"outcome":["FAILED"]}' },
      { protocol: 'https', endpoint: 'https://hooks.example.com/CANARY/path' },
    ];

    const { findings, exitStatus } = await world.diagnose();

    expect(findings.find(({ name }) => name === 'Notifications')?.found).toBe(
      'Subscribed: email ada@example.com with the filter {"outcome":["FAILED"]}; https https://hooks.example.com/....',
    );
    expect(exitStatus).toBe(0);
  });

  test('nobody is explained, with the setting and the command', async () => {
    world.aws.state.subscriptions[world.topic] = [];

    const { wrong } = await world.diagnose();

    expect(wrong.map(({ found }) => found)).toEqual([
      'Nobody is subscribed.',
      expect.stringContaining('A subscription of the stack no longer exists'),
    ]);
    expect(wrong[1]?.todo).toContain('notifyEmails');
  });

  test('one that is pending has its age and is sent again by a command', async () => {
    world.aws.state.subscriptions[world.alarmTopic] = [
      { protocol: 'email', endpoint: 'ops@example.com', isPending: true },
    ];

    const finding = await world.diagnoseOne();

    expect(finding?.found).toBe(
      'email ops@example.com has not confirmed the subscription. It was made 3h ago. AWS deletes it after 48 hours.',
    );
    expect(finding?.commands?.[0]).toContain('--protocol email --notification-endpoint ops@example.com');
  });
});

describe('alarms', () => {
  const alarm = () => world.idOf('AWS::CloudWatch::Alarm', /DeadLetters/);

  test('one that is on says what it means', async () => {
    world.aws.state.alarms[alarm()] = { StateValue: 'ALARM', AlarmDescription: 'Something failed.' };

    expect(await world.diagnoseOne()).toMatchObject({
      name: 'Alarms',
      found: 'DeadLetters is on.',
      todo: 'Something failed.',
    });
  });

  test('a description that somebody has changed commands neither a terminal nor a runner', async () => {
    const AlarmDescription = 'first\n::error::second \u001b[31mred';
    world.aws.state.alarms[alarm()] = { StateValue: 'ALARM', AlarmDescription };

    expect((await world.run()).stdout).toContain('\n  first ::error::second red\n');
  });

  test('one whose actions are off tells nobody', async () => {
    world.aws.state.alarms[alarm()] = { ActionsEnabled: false };

    const finding = await world.diagnoseOne();

    expect(finding?.commands?.[0]).toContain(`enable-alarm-actions --alarm-names ${alarm()}`);
  });

  test('one that was deleted is missed', async () => {
    world.aws.state.overrides.DescribeAlarms = () => ({ MetricAlarms: [] });

    const { wrong } = await world.diagnose();

    expect(wrong.length).toBeGreaterThan(5);
    expect(wrong.every(({ found }) => / does not exist\.$/.test(found))).toBe(true);
  });
});

describe('rules', () => {
  test('one that is disabled is named, with the command that enables it', async () => {
    const rule = world.idOf('AWS::Events::Rule', /StartWatchRule/);
    world.aws.state.disabledRules.push(rule);

    const finding = await world.diagnoseOne();

    expect(finding?.found).toContain(`${rule} is disabled. What it does: Does something.`);
    expect(finding?.commands).toEqual([`aws events enable-rule --name ${rule} --region us-east-1`]);
  });

  test('one without a description is only named', async () => {
    const rule = world.idOf('AWS::Events::Rule', /StartWatchRule/);
    world.aws.state.overrides.DescribeRule = ({ Name }) => ({ State: Name === rule ? 'DISABLED' : 'ENABLED' });

    expect((await world.diagnoseOne())?.found).toBe(`${rule} is disabled.`);
  });

  test('those that were deleted are missed', async () => {
    world.aws.state.failures.DescribeRule = new AwsError('ResourceNotFoundException');

    const { wrong } = await world.diagnose();

    expect(wrong.length).toBeGreaterThan(3);
    expect(wrong[0]).toMatchObject({ name: 'Rules', found: expect.stringContaining('does not exist') });
  });
});

describe('dead letters', () => {
  const sentAt = (minutesAgo: number) => ({ SentTimestamp: String(Date.now() - minutesAgo * 60_000) });
  const announcement = (deploymentId: string) => ({
    'detail-type': 'Deployment Triggered',
    detail: { deploymentId },
  });

  test('an announcement that a function gave up is explained, with the command that watches it', async () => {
    const failed = { requestPayload: announcement('clx1'), responsePayload: { errorMessage: 'Rate exceeded' } };
    world.aws.state.deadLetters.push(
      { Body: 'an older one', Attributes: sentAt(50) },
      { Body: JSON.stringify(failed), Attributes: sentAt(5) },
    );

    const finding = await world.diagnoseOne();

    expect(finding?.found).toBe(
      'There are 2. The newest, 5m ago: a function could not process the event "Deployment Triggered" (Rate exceeded).',
    );
    expect(finding?.commands).toEqual([expect.stringMatching(/ watch clx1$/)]);
  });

  test('an event that EventBridge could not deliver is explained', async () => {
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    world.aws.state.deadLetters.push({
      Body: JSON.stringify(announcement('https://fc.example.com/CANARY')),
      Attributes: sentAt(1),
      MessageAttributes: { ERROR_CODE: attribute('NO_PERMISSIONS'), ERROR_MESSAGE: attribute('Lambda denied it') },
    });

    const finding = await world.diagnoseOne();

    expect(finding?.found).toContain('(NO_PERMISSIONS: Lambda denied it)');
    expect(finding?.commands).toBeUndefined();
  });

  test('a broken watch that nobody reported leads to its execution', async () => {
    const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:flightwatch:clx1-1';
    const requestPayload = { 'detail-type': 'Step Functions Execution Status Change', detail: { executionArn } };
    world.aws.state.deadLetters.push({ Body: JSON.stringify({ requestPayload }), Attributes: sentAt(1) });

    expect((await world.diagnoseOne())?.link).toContain(executionArn);
  });

  test('what SNS could not deliver is explained', async () => {
    world.aws.state.deadLetters.push({ Body: 'FAILED: production', Attributes: sentAt(1) });

    expect((await world.diagnoseOne())?.found).toContain('SNS could not deliver a notification.');
  });

  test.each(['soon', '99999999999999999999'])('a time that is none (%s) is left out', async (SentTimestamp) => {
    world.aws.state.deadLetters.push({ Body: 'FAILED: production', Attributes: { SentTimestamp } });

    expect((await world.diagnoseOne())?.found).toBe('There is 1. The newest: SNS could not deliver a notification.');
  });

  test('they stay visible to others', async () => {
    world.aws.state.deadLetters.push({ Body: 'FAILED: production' });
    let visibility: unknown;
    world.aws.state.overrides.ReceiveMessage = (input) => {
      visibility = input.VisibilityTimeout;
      return { Messages: [] };
    };

    await world.run();

    expect(visibility).toBe(0);
  });

  test('they are counted even if they cannot be read', async () => {
    world.aws.state.deadLetters.push({ Body: 'FAILED: production' });
    world.aws.state.failures.ReceiveMessage = new AwsError('OverLimit');

    expect((await world.diagnoseOne())?.found).toMatch(/^There is 1\. What failed is not known, because: The AWS call/);
  });

  test('they are counted even if they may not be read', async () => {
    world.aws.state.deadLetters.push({ Body: 'FAILED: production' });
    world.aws.state.failures.ReceiveMessage = new AwsError('AccessDeniedException');

    expect(await world.diagnoseOne()).toMatchObject({
      state: 'bad',
      found: 'There is 1. What failed is not known, because AWS denied sqs:ReceiveMessage.',
    });
  });
});

describe('GitHub', () => {
  test('a receiver that is closed after a flood is told', async () => {
    world.aws.state.receiverConcurrency = 0;

    expect(await world.diagnoseOne()).toMatchObject({
      name: 'Webhook receiver',
      found: expect.stringContaining('It is closed'),
    });
  });

  test('requests of the last days are counted', async () => {
    world.aws.state.metrics.Invocations = [2, 3];

    const { findings } = await world.diagnose();

    expect(findings.find(({ name }) => name === 'Webhook receiver')?.found).toContain('got 5 requests');
  });

  test('events without an id are told', async () => {
    world.aws.state.metrics.GitHubEventsWithoutId = [1];

    expect(await world.diagnoseOne()).toMatchObject({
      name: 'GitHub events',
      found: expect.stringContaining('1 event of'),
    });
  });
});

describe('history, watches and quotas', () => {
  test('a history table that does not exist is told', async () => {
    world.aws.state.failures.Query = new AwsError('ResourceNotFoundException');

    expect(await world.diagnoseOne()).toMatchObject({
      name: 'History',
      found: expect.stringContaining('does not exist'),
    });
  });

  function watch(name: string, minutesAgo: number, end: object): void {
    const startDate = Date.now() / 1000 - minutesAgo * 60;
    world.aws.executions.set(name, endedExecution([], { startDate, ...end }));
  }

  test('the last watches are counted', async () => {
    watch('clx1-1', 30, { status: 'SUCCEEDED' });
    watch('clx2-1', 20, { status: 'SUCCEEDED' });
    watch('clx3-1', 10, { status: 'FAILED', error: 'DeploymentFailed', cause: 'web: ERROR' });

    const { findings, exitStatus } = await world.diagnose();

    expect(findings.find(({ name }) => name === 'Watches')?.found).toBe('The last 3: 2 SUCCEEDED, 1 FAILED.');
    expect(exitStatus).toBe(0);
  });

  test('a last watch that failed is told, with its reason', async () => {
    watch('clx1-1', 30, { status: 'SUCCEEDED' });
    watch('clx2-2', 20, { status: 'FAILED', error: 'WatchFailed', cause: 'Flightcontrol refused the API key.' });
    watch('clx3-1', 10, { status: 'ABORTED' });

    const finding = await world.diagnoseOne();

    expect(finding?.found).toBe(
      'The last 3: 1 aborted, 1 WATCH_FAILED, 1 SUCCEEDED. The last that ended, of clx2, 20m ago, ended as WATCH_FAILED: Flightcontrol refused the API key.',
    );
    expect(finding?.commands).toEqual([expect.stringMatching(/ watch clx2$/)]);
  });

  test.each([
    ['could not publish its notification', { status: 'FAILED', error: 'NotificationFailed', cause: '{"a":"record"}' }],
    ['broke', { status: 'TIMED_OUT' }],
  ])('a last watch that %s is told', async (what, end) => {
    watch('clx1-1', 30, end);

    const finding = await world.diagnoseOne();

    expect(finding?.found).toContain(what);
    expect(finding?.found).not.toContain('record');
  });

  test('a concurrency near its limit is told', async () => {
    world.aws.state.concurrencyLimit = 10;
    world.aws.state.metrics.ConcurrentExecutions = [2, 9, 4];

    expect(await world.diagnoseOne()).toMatchObject({ name: 'Quotas', found: expect.stringContaining('At most 9') });
  });
});
