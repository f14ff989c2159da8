import { randomBytes } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { sign } from '@octokit/webhooks-methods';
import { GITHUB_EVENTS } from '../lib/contract/events';
import type { StackOutputs } from '../lib/contract/stack-outputs';
import { type FlightcontrolServer, startFlightcontrolServer } from '../lib/local/flightcontrol-server';
import { playDeployments } from './deployments';
import { executionsOf, stopExecution } from './executions';
import { Installation, Subscriber } from './installation';

const KEY = `fc_CANARY_${randomBytes(8).toString('hex')}`;
const API_PORT = 4599;

const installation = new Installation(`FlightwatchGitHub${randomBytes(4).toString('hex')}`);
const subscriber = new Subscriber();
const stepFunctions = new SFNClient();
const secrets = new SecretsManagerClient();
let api: FlightcontrolServer;
let outputs: StackOutputs;
let webhookSecret: string;

beforeAll(async () => {
  api = await startFlightcontrolServer(playDeployments(KEY), API_PORT);
  outputs = await installation.deploy(process.env.FLIGHTWATCH_E2E_API_BASE_URL ?? api.url, {
    githubWebhook: 'true',
    githubEvents: 'true',
    environments: 'prod*',
    previewEnvironments: 'false',
  });
  await subscriber.subscribe(installation.name, outputs.NotificationTopicArn);
  await secrets.send(new PutSecretValueCommand({ SecretId: outputs.ApiKeySecretArn, SecretString: KEY }));
  const secret = await secrets.send(new GetSecretValueCommand({ SecretId: outputs.GitHubWebhookSecretArn }));
  webhookSecret = secret.SecretString ?? '';
}, 600_000);

afterAll(async () => {
  await subscriber.remove();
  await installation.remove();
  await api.close();
}, 600_000);

/** An emulator serves function URLs under its own address. */
function receiverAddress(): string {
  const { AWS_ENDPOINT_URL: endpoint } = process.env;
  const { hostname, href } = new URL(outputs.GitHubWebhookUrl ?? '');
  return endpoint ? new URL(`/_aws/lambda-url/${hostname.split('.')[0]}/`, endpoint).href : href;
}

function eventAbout(deploymentId: string, more: object = {}, status = 'in_progress'): object {
  const deployment = { deploymentId, environmentGivenId: 'production', isPreviewEnvironment: false, ...more };
  return { deployment: { payload: { deployment } }, deployment_status: { state: status } };
}

interface Delivery {
  readonly event?: string;
  readonly secret?: string;
  readonly form?: boolean;
}

/** Sends what GitHub sends, and returns the status of the answer. */
async function deliver(body: object, { event = 'deployment', secret, form = false }: Delivery = {}): Promise<number> {
  const json = JSON.stringify(body);
  const text = form ? new URLSearchParams({ payload: json }).toString() : json;
  const answer = await fetch(receiverAddress(), {
    method: 'POST',
    headers: {
      'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
      'x-github-event': event,
      'x-hub-signature-256': await sign(secret ?? webhookSecret, text),
    },
    body: text,
  });
  expect(await answer.text()).not.toMatch(/CANARY|good-|bad-/);
  return answer.status;
}

/** As AWS's quick start for GitHub does. */
async function putOnBus(detailType: string, detail: object): Promise<void> {
  const entry = { Source: GITHUB_EVENTS.source, DetailType: detailType, Detail: JSON.stringify(detail) };
  await new EventBridgeClient().send(new PutEventsCommand({ Entries: [entry] }));
}

async function endOf(deploymentId: string): Promise<{ readonly status: string; readonly input: string }> {
  const [executionArn] = await executionsOf(outputs.StateMachineArn, `${deploymentId}-`);
  const { status = '', input = '' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return { status, input };
}

test('the secret is generated', () => {
  expect(webhookSecret).toHaveLength(64);
});

test('ping is answered', async () => {
  expect(await deliver({ zen: 'CANARY' }, { event: 'ping' })).toBe(200);
});

describe('a signed delivery', () => {
  test.each([
    ['good', 'SUCCEEDED'],
    ['bad', 'FAILED'],
  ])('starts the watch: %s ends as %s', async (kind, status) => {
    expect(await deliver(eventAbout(`${kind}-signed`))).toBe(202);

    const end = await endOf(`${kind}-signed`);
    expect(end.status).toBe(status);
    expect(JSON.parse(end.input)).toMatchObject({ deploymentId: `${kind}-signed`, announcedBy: 'github' });
  });

  test("as a form, which is GitHub's default, starts the watch", async () => {
    expect(await deliver(eventAbout('good-form'), { form: true })).toBe(202);

    expect((await endOf('good-form')).status).toBe('SUCCEEDED');
  });

  test('ten at once start one watch', async () => {
    const deliveries = Array.from({ length: 10 }, (_, index) =>
      deliver(eventAbout('good-ten', { index }), { event: index === 0 ? 'deployment' : 'deployment_status' }),
    );

    expect(await Promise.all(deliveries)).toEqual(Array(10).fill(202));
    expect(await executionsOf(outputs.StateMachineArn, 'good-ten-')).toHaveLength(1);
  });

  test('after the verdict, or after an abort, starts nothing', async () => {
    await deliver(eventAbout('stuck-aborted'));
    await deliver(eventAbout('good-late'));
    await endOf('good-late');
    await stopExecution(outputs.StateMachineArn, 'stuck-aborted-');

    for (const id of ['stuck-aborted', 'good-late']) {
      await deliver(eventAbout(id, {}, 'success'), { event: 'deployment_status' });
    }
    // What is announced last has been watched: so has what was announced before.
    await deliver(eventAbout('good-after'));
    await endOf('good-after');
    expect(await executionsOf(outputs.StateMachineArn, 'stuck-aborted-')).toHaveLength(1);
    expect(await executionsOf(outputs.StateMachineArn, 'good-late-')).toHaveLength(1);
  });
});

test.each<[string, number, object, Delivery]>([
  ['a preview', 202, eventAbout('good-preview', { isPreviewEnvironment: true }), {}],
  ['another environment', 202, eventAbout('good-staging', { environmentGivenId: 'staging' }), {}],
  ['another tool', 202, { deployment: { payload: { web_url: 'https://example.com' } } }, {}],
  ['a deployment that is replaced', 202, eventAbout('good-old', {}, 'inactive'), { event: 'deployment_status' }],
  ['another event', 202, { ref: 'refs/heads/main' }, { event: 'push' }],
  ['no usable id', 202, eventAbout('https://CANARY.example.com'), {}],
  ['a wrong signature', 401, eventAbout('good-forged'), { secret: 'CANARY_of_a_stranger' }],
])('a delivery about %s is answered with %d, and starts nothing', async (_, status, body, delivery) => {
  expect(await deliver(body, delivery)).toBe(status);
});

test("an event of AWS's quick start starts the watch; a preview and another tool's start nothing", async () => {
  await putOnBus('deployment', eventAbout('good-preview-on-bus', { isPreviewEnvironment: true }));
  await putOnBus('deployment', { deployment: { payload: {} } });
  await putOnBus('deployment', eventAbout('good-quick-start'));
  await putOnBus('deployment_status', eventAbout('good-quick-start'));

  expect((await endOf('good-quick-start')).status).toBe('SUCCEEDED');
});

test('one watch and one notification each, and the secrets nowhere', async () => {
  const expected = ['good-signed', 'good-form', 'good-ten', 'good-late', 'good-after', 'good-quick-start'];
  const outcomes = [...expected.map((id) => `${id} SUCCEEDED`), 'bad-signed FAILED'];

  await subscriber.receive(outcomes.length);

  const { notifications } = subscriber;
  for (const { subject, record } of notifications) process.stdout.write(`${record.deploymentId}: ${subject}\n`);
  // An emulator sends no event of the execution that was aborted; AWS does, and it is reported.
  const ofOthers = notifications.filter(({ record }) => record.deploymentId !== 'stuck-aborted');
  expect(ofOthers.map(({ record }) => `${record.deploymentId} ${record.outcome}`).sort()).toEqual(outcomes.sort());
  const executions = await executionsOf(outputs.StateMachineArn, '', outcomes.length + 1);
  expect(executions).toHaveLength(outcomes.length + 1);
  for (const executionArn of executions) {
    const history = await stepFunctions.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    const all = JSON.stringify([history, notifications]);
    expect(all).not.toContain('CANARY');
    expect(all).not.toContain(JSON.stringify(webhookSecret).slice(1, -1));
  }
});
