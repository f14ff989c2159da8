import { list, xml } from '../support/cloudformation';
import { GitHubServer } from '../support/github-server';
import { AwsError } from '../support/step-functions';
import { WebhookReceiver } from '../support/webhook-receiver';
import { DoctorWorld, FULL } from './doctor-world';

const SECRET = 'CANARY_of_the_webhook_0123456789';

let world: DoctorWorld;
let github: GitHubServer;
let receiver: WebhookReceiver;

beforeAll(async () => {
  world = await DoctorWorld.start(FULL);
});
beforeEach(async () => {
  world.reset();
  [github, receiver] = await Promise.all([GitHubServer.start(), WebhookReceiver.start()]);
  receiver.secrets = [SECRET];
  world.aws.state.receiverUrl = receiver.url;
});
afterEach(() => Promise.all([github.close(), receiver.close()]));
afterAll(() => world.close());

/** A webhook as `connect-github` makes it. */
function connect(secret = SECRET) {
  const config = { url: receiver.url, content_type: 'json', insecure_ssl: '0', secret };
  return github.addHook(config, { events: ['deployment', 'deployment_status'] });
}

async function check(repository = 'acme/web', env: Record<string, string> = {}) {
  const variables = { GITHUB_API_URL: github.url, GITHUB_TOKEN: github.token, ...env };
  const { findings, exitStatus } = await world.diagnose(['--repository', repository], variables);
  return { exitStatus, ...findings.find(({ name }) => name === 'GitHub webhook') };
}

/** Has it pinged, and waits for the answer. */
async function ping({ id }: { readonly id: number }): Promise<void> {
  const hook = `${github.url}/repos/acme/web/hooks/${id}`;
  const headers = { authorization: `Bearer ${github.token}` };
  await fetch(`${hook}/pings`, { method: 'POST', headers });
  const list = async () => (await (await fetch(`${hook}/deliveries`, { headers })).json()) as object[];
  while ((await list()).length === 0);
}

test('a webhook that is set up, with its last delivery', async () => {
  await ping(connect());

  const finding = await check();

  expect(finding).toMatchObject({ state: 'good', exitStatus: 0 });
  expect(finding.found).toMatch(/^It is set up\. The last delivery \(ping\).* was answered with 200\.$/);
});

test('a webhook without a delivery yet is fine', async () => {
  connect();

  expect(await check()).toMatchObject({ state: 'good', found: 'It is set up. GitHub shows no delivery lately.' });
});

test('a webhook with another secret is told', async () => {
  await ping(connect('another'));

  expect(await check()).toMatchObject({
    state: 'bad',
    found: expect.stringContaining('was answered with 401'),
    commands: [expect.stringMatching(/ connect-github acme\/web$/)],
  });
});

test('a repository without the webhook is told', async () => {
  expect(await check()).toMatchObject({
    state: 'bad',
    found: "acme/web has no webhook with the receiver's address.",
    commands: [expect.stringMatching(/ connect-github acme\/web$/)],
  });
});

test('a webhook that somebody has changed is told', async () => {
  connect().active = false;

  expect(await check()).toMatchObject({ state: 'bad', found: expect.stringContaining('it was inactive') });
});

test('a token that is refused leaves it unknown', async () => {
  connect();

  expect(await check('acme/web', { GITHUB_TOKEN: 'ghp_CANARY_wrong' })).toMatchObject({
    state: 'unknown',
    exitStatus: 1,
  });
});

test('a stack without a receiver is told', async () => {
  const LogicalResourceId = world.idOf('AWS::StepFunctions::StateMachine', /WatchStateMachine/);
  const stateMachine = xml({ LogicalResourceId, PhysicalResourceId: world.stack.stateMachines.watches });
  world.aws.state.overrides.ListStackResources = () => list('StackResourceSummaries', [stateMachine]);

  expect(await check()).toMatchObject({ state: 'bad', found: 'No webhook receiver was found in the stack.' });
});

test('without the right to read the address of the receiver, it is not known', async () => {
  world.aws.state.failures.GetFunctionUrlConfig = new AwsError('AccessDeniedException', 'no', 403);

  expect(await check()).toMatchObject({
    state: 'unknown',
    todo: expect.stringContaining('lambda:GetFunctionUrlConfig'),
  });
});

test('what is no repository is wrong usage', async () => {
  const { exitStatus, stderr } = await world.run(['--repository', 'https://example.com/CANARY']);

  expect(stderr).toContain('repository: got');
  expect(exitStatus).toBe(2);
});
