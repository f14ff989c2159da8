import { sign } from '@octokit/webhooks-methods';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { DeployedStack, type Invocation } from '../support/deployed-stack';

let aws: AwsServer;

const SECRET = 'CANARY_of_the_webhook';
const connected = new DeployedStack({
  githubWebhook: true,
  githubEvents: true,
  environments: ['prod*'],
  eventSource: 'com.example.flightcontrol',
});
const { watches: connectedWatches } = connected.stateMachines;
const [receiver = ''] = connected.idsOf('AWS::Lambda::Function').filter((id) => id.includes('Receiver'));

beforeEach(async () => {
  aws = await AwsServer.start();
  aws.stepFunctions.stateMachines = [connectedWatches];
  aws.webhookSecret = { AWSCURRENT: { value: SECRET, createdAt: new Date() } };
});
afterEach(() => aws.close());

function eventAbout(deployment: object, more: object = {}): object {
  return { deployment: { payload: { deployment: { deploymentId: 'clx1', ...deployment } } }, ...more };
}

/** Sends it to the receiver, and what comes onto the bus to the functions behind the rules. */
async function sendToReceiver(event: object, secret = SECRET): Promise<string> {
  const body = JSON.stringify(event);
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'deployment_status',
    'x-hub-signature-256': await sign(secret, body),
  };
  const request = { requestContext: { http: { method: 'POST' } }, headers, body };
  const { stdout, stderr } = await connected.invoke(receiver, request, awsEnvironment(aws));
  expect(stdout + stderr).not.toContain('CANARY');
  for (const entry of aws.busEntries.splice(0)) {
    const { EventBusName, Source, DetailType, Detail } = entry as Readonly<Record<string, string>>;
    const busEvent = { source: Source ?? '', 'detail-type': DetailType ?? '', detail: JSON.parse(Detail ?? '') };
    await connected.deliver({ id: `event ${Math.random()}`, ...busEvent }, awsEnvironment(aws), EventBusName);
  }
  return stdout.trim().split('\n').at(-1) ?? '';
}

async function sendToBus(detailType: string, detail: object): Promise<Invocation[]> {
  const event = { id: `event ${Math.random()}`, source: 'github.com', 'detail-type': detailType, detail };
  const invocations = await connected.deliver(event, awsEnvironment(aws));
  for (const { exitStatus } of invocations) expect(exitStatus).toBe(0);
  return invocations;
}

/** What was written in the embedded metric format. */
function metricsOf({ stdout }: Pick<Invocation, 'stdout'> = { stdout: '' }): unknown[] {
  const lines = stdout.split('\n').filter((line) => line.includes('_aws'));
  return lines.map((line) => JSON.parse(line) as unknown);
}

const started = () => [...aws.stepFunctions.executionsOf(connectedWatches).keys()];

test('a signed delivery of GitHub starts the watch', async () => {
  expect(await sendToReceiver(eventAbout({ environmentGivenId: 'production' }))).toContain('"statusCode":202');

  const [[name, execution] = []] = aws.stepFunctions.executionsOf(connectedWatches);
  expect(name).toBe('clx1-1');
  expect(JSON.parse(execution?.input ?? '')).toMatchObject({ deploymentId: 'clx1', announcedBy: 'github' });
});

test('a delivery with a wrong signature or about another environment starts nothing', async () => {
  expect(await sendToReceiver(eventAbout({}), 'CANARY_of_a_stranger')).toContain('"statusCode":401');
  expect(await sendToReceiver(eventAbout({ environmentGivenId: 'dev' }))).toContain('"statusCode":202');

  expect(started()).toEqual([]);
});

test("an event of AWS's quick start starts the watch; those of other tools and environments start nothing", async () => {
  await sendToBus('deployment', { deployment: { payload: {} } });
  await sendToBus('deployment', eventAbout({ environmentGivenId: 'dev' }));
  expect(started()).toEqual([]);

  await sendToBus('deployment', eventAbout({ environmentGivenId: 'production' }));
  expect(started()).toEqual(['clx1-1']);
  expect(await sendToBus('push', {})).toEqual([]);
});

test('several statuses that come both ways, also after a time-out, are one watch', async () => {
  const statuses = ['queued', 'in_progress', 'success'].map((state) =>
    eventAbout({}, { deployment_status: { state } }),
  );
  await Promise.all(statuses.map((event) => sendToBus('deployment_status', event)));
  Object.assign(aws.stepFunctions.executionsOf(connectedWatches).get('clx1-1') ?? {}, {
    status: 'FAILED',
    error: 'WatchTimedOut',
  });

  for (const event of statuses) await sendToReceiver(event);

  expect(started()).toEqual(['clx1-1']);
});

test('an event without an id starts nothing, and counts for the alarm', async () => {
  const withoutId = { deployment: { payload: { deployment: { environmentGivenId: 'production' } } } };
  const [invocation] = await sendToBus('deployment', withoutId);
  expect(metricsOf(invocation)).toEqual([
    expect.objectContaining({ service: 'flightwatch', GitHubEventsWithoutId: 1 }),
  ]);
  expect(invocation?.stderr).toContain('environmentGivenId');
  expect(await sendToReceiver(withoutId)).toContain('"statusCode":202');
  expect(started()).toEqual([]);
});
