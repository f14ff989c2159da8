import { DEFAULT_SETTINGS, type Settings } from '../../lib/constructs/settings';
import { onlyMistake, read } from '../support/settings';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:flightcontrol/key-AbC123';

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `person${index}@example.com`);
}

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';
const STACK_NAME = '1 to 128 of A-Z a-z 0-9 -, a letter first';
const MACHINE_NAME = '1 to 80 of A-Z a-z 0-9 _ -';
const BUS_NAME = '1 to 256 of A-Z a-z 0-9 . _ / -';
const BUS_ARN = 'arn:aws:events:eu-central-1:123456789012:event-bus/deployments';
const SOURCE = `${BUS_NAME}, not beginning with aws.`;
const PATTERNS = 'patterns of 1 to 64 of A-Z a-z 0-9 _ . - *';
const DAYS =
  'one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653';
const MINUTES = 'an integer from 1 to 1440';

describe('defaults', () => {
  test('without any context, every setting has its documented default', () => {
    expect(read()).toEqual({
      stackName: 'Flightwatch',
      stateMachineName: 'flightwatch',
      eventBusName: 'default',
      eventSource: 'flightcontrol',
      githubWebhook: false,
      githubEvents: false,
      environments: ['*'],
      previewEnvironments: true,
      notifyEmails: [],
      notifyOn: 'all',
      history: true,
      alarms: true,
      alarmEmails: [],
      dashboard: false,
      api: 'legacy',
      timeoutMinutes: 120,
      pacing: {},
      removalPolicy: 'destroy',
      logRetentionDays: 90,
    });
  });

  test('an empty object gives the defaults', () => {
    expect(read({})).toEqual(DEFAULT_SETTINGS);
  });

  test('settings without a default are absent, not undefined', () => {
    const names = Object.keys(read({ apiBaseUrl: undefined }));

    expect(names.sort()).toEqual(Object.keys(DEFAULT_SETTINGS).sort());
  });
});

describe('one setting at a time', () => {
  test.each<[keyof Settings, unknown, string, unknown]>([
    ['stackName', 'Other-1', 'Third', 'Third'],
    ['stateMachineName', 'other_1', 'third-1', 'third-1'],
    ['eventBusName', 'deployments', 'a.b/c_d-1', 'a.b/c_d-1'],
    ['eventSource', 'com.example', 'flightcontrol/eu-1_x', 'flightcontrol/eu-1_x'],
    ['githubWebhook', true, 'true', true],
    ['history', false, 'false', false],
    ['githubEvents', true, 'false', false],
    ['environments', ['prod*'], 'production, *-eu_1.x', ['production', '*-eu_1.x']],
    ['previewEnvironments', false, 'false', false],
    ['notifyEmails', ['a@example.com'], 'b@example.com, c@example.com', ['b@example.com', 'c@example.com']],
    ['notifyOn', 'problems', 'changes', 'changes'],
    ['alarms', false, 'false', false],
    ['alarmEmails', ['a@example.com'], 'b@example.com', ['b@example.com']],
    ['alarmTopicArn', TOPIC, TOPIC.replace('aws', 'aws-cn'), TOPIC.replace('aws', 'aws-cn')],
    ['dashboard', true, 'true', true],
    ['apiKeySecretArn', ARN, ARN.replace('aws', 'aws-us-gov'), ARN.replace('aws', 'aws-us-gov')],
    ['api', 'v1', 'legacy', 'legacy'],
    ['apiBaseUrl', 'https://one.example.com/api', 'http://localhost:8080', 'http://localhost:8080'],
    ['timeoutMinutes', 1, '1440', 1440],
    ['pacing', { lingerSeconds: 0 }, '{"pendingSeconds":3600}', { pendingSeconds: 3600 }],
    ['removalPolicy', 'retain', 'retain', 'retain'],
    ['logRetentionDays', 1, '3653', 3653],
  ])('%s is taken from cdk.json, and -c wins over it', (name, inCdkJson, override, overridden) => {
    expect(read({ [name]: inCdkJson })).toEqual({ ...DEFAULT_SETTINGS, [name]: inCdkJson });
    expect(read(undefined, { [name]: override })).toEqual({ ...DEFAULT_SETTINGS, [name]: overridden });
    expect(read({ [name]: inCdkJson }, { [name]: override })).toEqual({ ...DEFAULT_SETTINGS, [name]: overridden });
  });

  test.each<[keyof Settings, unknown, string]>([
    ['stackName', '', `got "", expected ${STACK_NAME}`],
    ['stackName', '1st', `got "1st", expected ${STACK_NAME}`],
    ['stackName', 7, `got 7, expected ${STACK_NAME}`],
    ['stateMachineName', 'flight watch', `got "flight watch", expected ${MACHINE_NAME}`],
    ['stateMachineName', null, `got null, expected ${MACHINE_NAME}`],
    ['eventBusName', '', `got "", expected ${BUS_NAME}`],
    ['eventBusName', 'my bus', `got "my bus", expected ${BUS_NAME}`],
    ['eventBusName', BUS_ARN, `got "${BUS_ARN}", expected ${BUS_NAME}`],
    ['eventSource', 'aws.states', `got "aws.states", expected ${SOURCE}`],
    ['eventSource', ['flightcontrol'], `got ["flightcontrol"], expected ${SOURCE}`],
    ['githubWebhook', 'true', 'got "true", expected true or false'],
    ['history', 'no', 'got "no", expected true or false'],
    ['githubEvents', 1, 'got 1, expected true or false'],
    ['previewEnvironments', null, 'got null, expected true or false'],
    ['environments', 'production', 'got "production", expected a list of 1 to 50 patterns'],
    ['environments', [], 'got [], expected a list of 1 to 50 patterns'],
    ['environments', Array(51).fill('a'), 'got 51 patterns, expected a list of 1 to 50 patterns'],
    ['environments', ['production', '!staging'], `got "!staging", expected ${PATTERNS}`],
    ['environments', ['a'.repeat(65)], `got "${'a'.repeat(65)}", expected ${PATTERNS}`],
    ['environments', [7], `got 7, expected ${PATTERNS}`],
    ['notifyEmails', 'a@example.com', 'got "a@example.com", expected a list of e-mail addresses'],
    ['notifyEmails', ['a@example.com', 'nobody'], 'got "nobody", expected e-mail addresses'],
    ['notifyEmails', [5], 'got 5, expected e-mail addresses'],
    ['notifyEmails', addresses(51), 'got 51 addresses, expected at most 50'],
    ['alarmEmails', ['a@example.com', 'A@example.com'], 'got "A@example.com", expected each address only once'],
    ['notifyOn', 'failures', 'got "failures", expected all or problems or changes'],
    ['api', 'v2', 'got "v2", expected legacy or v1'],
    ['apiBaseUrl', 5, 'got 5, expected an https address'],
    ['timeoutMinutes', 0, `got 0, expected ${MINUTES}`],
    ['timeoutMinutes', 1441, `got 1441, expected ${MINUTES}`],
    ['timeoutMinutes', 0.5, `got 0.5, expected ${MINUTES}`],
    ['timeoutMinutes', '30', `got "30", expected ${MINUTES}`],
    ['alarms', 'off', 'got "off", expected true or false'],
    ['dashboard', 0, 'got 0, expected true or false'],
    ['removalPolicy', 'snapshot', 'got "snapshot", expected destroy or retain'],
    ['logRetentionDays', 2, `got 2, expected ${DAYS}`],
    ['logRetentionDays', 9999, `got 9999, expected ${DAYS}`],
    ['logRetentionDays', '90', `got "90", expected ${DAYS}`],
  ])('%s in cdk.json cannot be %j', (name, value, text) => {
    expect(onlyMistake({ [name]: value })).toBe(`flightwatch.${name}: ${text}.`);
  });

  test.each<[keyof Settings, string, string]>([
    ['stackName', '', `got "", expected ${STACK_NAME}`],
    ['stackName', 'a'.repeat(129), `expected ${STACK_NAME}`],
    ['stateMachineName', 'a'.repeat(81), `expected ${MACHINE_NAME}`],
    ['eventBusName', 'a'.repeat(257), `expected ${BUS_NAME}`],
    ['eventSource', 'a'.repeat(257), `expected ${SOURCE}`],
    ['eventSource', '', `got "", expected ${SOURCE}`],
    ['eventSource', 'AWS.x', `got "AWS.x", expected ${SOURCE}`],
    ['githubWebhook', '', 'got "", expected true or false'],
    ['githubEvents', 'yes', 'got "yes", expected true or false'],
    ['previewEnvironments', 'False', 'got "False", expected true or false'],
    ['environments', '', 'got [], expected a list of 1 to 50 patterns'],
    ['environments', 'a,,b', `got "", expected ${PATTERNS}`],
    ['environments', 'a b', `got "a b", expected ${PATTERNS}`],
    ['notifyEmails', 'a@example.com,', 'got "", expected e-mail addresses'],
    ['alarmEmails', 'a@example.com;b@example.com', 'got "a@example.com;b@example.com", expected e-mail addresses'],
    ['notifyOn', '', 'got "", expected all or problems or changes'],
    ['api', 'V1', 'got "V1", expected legacy or v1'],
    ['timeoutMinutes', '2h', `got "2h", expected ${MINUTES}`],
    ['timeoutMinutes', '1e2', `got "1e2", expected ${MINUTES}`],
    ['timeoutMinutes', '1441', `got 1441, expected ${MINUTES}`],
    ['timeoutMinutes', '', `got "", expected ${MINUTES}`],
    ['logRetentionDays', 'forever', `got "forever", expected ${DAYS}`],
    ['pacing', '{', 'got "{", expected an object with pendingSeconds'],
    ['pacing', 'null', 'expected an object with pendingSeconds'],
  ])('%s from -c cannot be "%s"', (name, value, text) => {
    const line = onlyMistake(undefined, { [name]: value });

    expect(line).toMatch(new RegExp(`^flightwatch\\.${name}: got `));
    expect(line).toContain(text);
  });

  test('50 addresses are accepted', () => {
    expect(read({ notifyEmails: addresses(50) }).notifyEmails).toHaveLength(50);
  });

  test('an empty list on the command line removes the addresses of cdk.json', () => {
    expect(read({ notifyEmails: ['a@example.com'] }, { notifyEmails: '' }).notifyEmails).toEqual([]);
  });

  test('an empty text on the command line removes optional settings', () => {
    const inCdkJson = {
      alarmTopicArn: TOPIC,
      apiKeySecretArn: ARN,
      apiBaseUrl: 'https://one.example.com',
      pacing: { lingerSeconds: 1 },
      slackWorkspaceId: 'T01',
      slackChannelId: 'C01',
    };
    const emptied = Object.fromEntries(Object.keys(inCdkJson).map((name) => [name, '']));

    expect(read(inCdkJson, emptied)).toStrictEqual(DEFAULT_SETTINGS);
  });

  test('a mistake in cdk.json does not matter where -c replaces it', () => {
    expect(read({ timeoutMinutes: 'long' }, { timeoutMinutes: '5' }).timeoutMinutes).toBe(5);
  });
});

describe('apiKeySecretArn', () => {
  test.each([
    ['another service', 'arn:aws:ssm:eu-central-1:123456789012:parameter/key'],
    ['an account that is no number', ARN.replace('123456789012', 'me')],
    ['an ARN without the 6 characters at its end', ARN.replace('-AbC123', '')],
  ])('%s is refused, and shown', (_, arn) => {
    const line = onlyMistake({ apiKeySecretArn: arn });

    expect(line).toContain(`flightwatch.apiKeySecretArn: got "${arn.slice(0, 30)}`);
    expect(line).toContain('expected the full ARN of a secret, arn:<partition>:secretsmanager:');
  });

  test('a value that is no ARN is refused without being shown, because it could be the key', () => {
    const line = onlyMistake(undefined, { apiKeySecretArn: 'fc_live_0123456789' });

    expect(line).toContain('flightwatch.apiKeySecretArn: got a value that is no ARN, expected the full ARN');
    expect(line).not.toContain('fc_');
  });
});

test.each([
  ['another service', ARN],
  ['a FIFO topic', `${TOPIC}.fifo`],
  ['a subscription', `${TOPIC}:2e4a3c1d`],
])('alarmTopicArn cannot be the ARN of %s', (_, arn) => {
  const line = onlyMistake({ alarmTopicArn: arn });

  expect(line).toContain('flightwatch.alarmTopicArn: got "arn:aws:');
  expect(line).toContain('expected the ARN of a topic that is no FIFO topic, arn:<partition>:sns:');
});

describe('apiBaseUrl', () => {
  test.each(['http://example.com/api', 'example.com'])('%s is refused, and shown', (address) => {
    const line = onlyMistake({ apiBaseUrl: address });

    expect(line).toContain(`flightwatch.apiBaseUrl: got "${address}", expected an https address`);
  });

  test('credentials in the address are refused without being shown', () => {
    const line = onlyMistake(undefined, { apiBaseUrl: 'https://me:hidden@example.com' });

    expect(line).toContain('flightwatch.apiBaseUrl: got an address on example.com with credentials');
    expect(line).not.toContain('hidden');
  });
});

describe('pacing', () => {
  test.each([
    [{ pendingSeconds: 1, preparingSeconds: 1, buildingSeconds: 1, deployingSeconds: 1, lingerSeconds: 0 }],
    [{ pendingSeconds: 3600, preparingSeconds: 3600, buildingSeconds: 3600, deployingSeconds: 3600 }],
    [{ lingerSeconds: 240 }],
  ])('%j is within bounds', (pacing) => {
    expect(read({ pacing }).pacing).toEqual(pacing);
  });

  test.each([
    ['pendingSeconds', 0, 'got 0, expected an integer from 1 to 3600'],
    ['preparingSeconds', 3601, 'got 3601, expected an integer from 1 to 3600'],
    ['buildingSeconds', 1.5, 'got 1.5, expected an integer from 1 to 3600'],
    ['deployingSeconds', '6', 'got "6", expected an integer from 1 to 3600'],
    ['lingerSeconds', 241, 'got 241, expected an integer from 0 to 240'],
    ['lingerSeconds', -1, 'got -1, expected an integer from 0 to 240'],
  ])('%s cannot be %j', (name, value, text) => {
    expect(onlyMistake({ pacing: { [name]: value } })).toBe(`flightwatch.pacing.${name}: ${text}.`);
  });

  test('a list is no pacing', () => {
    expect(onlyMistake({ pacing: [] })).toContain('flightwatch.pacing: got [], expected an object with pendingSeconds');
  });

  test('a name that does not exist is a mistake', () => {
    const line = onlyMistake(undefined, { pacing: '{"building":5}' });

    expect(line).toContain('flightwatch.pacing.building: got a setting that does not exist');
    expect(line).toContain('expected one of buildingSeconds, ');
  });
});

describe('Slack', () => {
  test('workspace and channel can come from cdk.json and from -c', () => {
    const slack = { slackWorkspaceId: 'T0123ABCD', slackChannelId: 'C0123ABCD' };

    expect(read(slack)).toEqual({ ...DEFAULT_SETTINGS, ...slack });
    expect(read(undefined, slack)).toEqual({ ...DEFAULT_SETTINGS, ...slack });
    expect(read({ slackWorkspaceId: 'T0123ABCD' }, { slackChannelId: 'G01' }).slackChannelId).toBe('G01');
  });

  test.each([
    ['slackChannelId', { slackWorkspaceId: 'T0123ABCD' }],
    ['slackWorkspaceId', { slackChannelId: 'D0123ABCD' }],
  ])('%s cannot be missing alone', (missing, slack) => {
    const text = 'got nothing, expected both slackWorkspaceId and slackChannelId, or neither';

    expect(onlyMistake(slack)).toBe(`flightwatch.${missing}: ${text}.`);
  });

  test.each([
    ['slackWorkspaceId', 'C01', 'C01', 'a Slack workspace id such as T0123ABCD'],
    ['slackWorkspaceId', 't01', 't01', 'a Slack workspace id such as T0123ABCD'],
    ['slackChannelId', '#deploys', '#deploys', 'a Slack channel id such as C0123ABCD'],
  ])('%s cannot be %s', (name, value, shown, allowed) => {
    const slack = { slackWorkspaceId: 'T01', slackChannelId: 'C01', [name]: value };
    const line = `flightwatch.${name}: got "${shown}", expected ${allowed}.`;

    expect(onlyMistake(slack)).toBe(line);
    expect(onlyMistake(undefined, slack)).toBe(line);
  });
});
