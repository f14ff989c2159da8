import { randomBytes } from 'node:crypto';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
} from '@aws-sdk/client-eventbridge';
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Finding } from '../lib/cli/doctor-findings';
import type { StackOutputs } from '../lib/contract/stack-outputs';
import { type FlightcontrolServer, startFlightcontrolServer } from '../lib/local/flightcontrol-server';
import { type CommandResult, flightwatch } from '../test/support/command';
import { playDeployments } from './deployments';
import { Installation, Subscriber } from './installation';

const KEY = `fc_CANARY_${randomBytes(8).toString('hex')}`;
const API_PORT = 4599;

const installation = new Installation(`FlightwatchDoctor${randomBytes(4).toString('hex')}`);
const subscriber = new Subscriber();
const alarmSubscriber = new Subscriber();
let api: FlightcontrolServer;
let outputs: StackOutputs;

beforeAll(async () => {
  api = await startFlightcontrolServer(playDeployments(KEY), API_PORT);
  outputs = await installation.deploy(process.env.FLIGHTWATCH_E2E_API_BASE_URL ?? api.url);
}, 600_000);

afterAll(async () => {
  await Promise.all([subscriber.remove(), alarmSubscriber.remove()]);
  await installation.remove();
  await api.close();
}, 600_000);

function command(args: readonly string[], stdin = ''): Promise<CommandResult> {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_') || name === 'HOME');
  return flightwatch(args, {
    env: { FLIGHTWATCH_STATE_MACHINE_ARN: outputs.StateMachineArn, ...(Object.fromEntries(own) as object) },
    stdin,
  });
}

/** What is not well, in the order in which it is said. */
async function diagnose(args: readonly string[] = []) {
  const { exitStatus, stdout, stderr } = await command(['doctor', '--json', ...args]);
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
  return { exitStatus, wrong: findings.filter(({ state }) => state !== 'good') };
}

test('a fresh stack: exactly what is missing, in the order to do it', async () => {
  const { exitStatus, wrong } = await diagnose();

  expect(wrong.map(({ name, state }) => [name, state])).toEqual([
    ['API key', 'bad'],
    ['Notifications', 'bad'],
    ['Alarm subscribers', 'bad'],
  ]);
  expect(wrong[0]?.found).toContain('still holds a placeholder');
  expect(wrong[1]?.found).toBe('Nobody is subscribed.');
  expect(exitStatus).toBe(1);
});

test('after doing what it says, all is well', async () => {
  await command(['set-key'], KEY);
  await subscriber.subscribe(installation.name, outputs.NotificationTopicArn);
  await alarmSubscriber.subscribe(`${installation.name}Alarms`, outputs.AlarmTopicArn ?? '');

  expect(await diagnose()).toEqual({ exitStatus: 0, wrong: [] });
});

test('a key that the API refuses', async () => {
  await command(['set-key', '--no-check'], 'fc_CANARY_wrong');
  const { wrong } = await diagnose();
  await command(['set-key'], KEY);

  expect(wrong).toMatchObject([{ name: 'API key', state: 'bad', found: expect.stringContaining('401') }]);
  expect((await diagnose()).exitStatus).toBe(0);
});

/** CloudFormation shortens long names in the middle. */
function isOwn(name = ''): boolean {
  return name.startsWith(`${installation.name}-`);
}

/** The rule that starts watches. */
async function findRule(eventBridge: EventBridgeClient): Promise<string> {
  const { Rules = [] } = await eventBridge.send(new ListRulesCommand({}));
  return Rules.find(({ Name, Description }) => isOwn(Name) && Description?.startsWith('Starts a watch'))?.Name ?? '';
}

test('a rule that is disabled, with the command that enables it', async () => {
  const eventBridge = new EventBridgeClient();
  const Name = await findRule(eventBridge);
  await eventBridge.send(new DisableRuleCommand({ Name }));
  const { wrong } = await diagnose();
  await eventBridge.send(new EnableRuleCommand({ Name }));

  expect(wrong).toMatchObject([
    { name: 'Rules', state: 'bad', commands: [expect.stringContaining(`events enable-rule --name ${Name} `)] },
  ]);
  expect((await diagnose()).exitStatus).toBe(0);
});

test('dead letters, with the newest explained', async () => {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const { DeadLetterQueueUrl: QueueUrl } = outputs;
  const requestPayload = { 'detail-type': 'Deployment Triggered', detail: { deploymentId: 'clx1' } };
  const MessageBody = JSON.stringify({ requestPayload, responsePayload: { errorMessage: 'Rate exceeded' } });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const first = await diagnose();
  const second = await diagnose();
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));

  for (const { wrong } of [first, second]) {
    expect(wrong.find(({ name }) => name === 'Dead letters')).toMatchObject({
      found: expect.stringMatching(/^There is 1\. .*"Deployment Triggered" \(Rate exceeded\)\.$/),
      commands: [expect.stringMatching(/ watch clx1$/)],
    });
  }
});

test('a state machine that does not exist', async () => {
  const { exitStatus, wrong } = await diagnose(['--state-machine-arn', `${outputs.StateMachineArn}-other`]);

  expect(wrong).toMatchObject([{ name: 'State machine', state: 'bad' }]);
  expect(exitStatus).toBe(1);
});
