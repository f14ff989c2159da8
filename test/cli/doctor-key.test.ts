import { AwsError } from '../support/step-functions';
import { DoctorWorld, FULL, KEY } from './doctor-world';

let world: DoctorWorld;

beforeAll(async () => {
  world = await DoctorWorld.start(FULL);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

describe('the API key', () => {
  test.each([
    ['a placeholder', 'replace-me', /The secret arn:\S+ still holds a placeholder\./],
    ['nothing', ' ', /The secret arn:\S+ is empty\./],
    ['a broken JSON object', '{"apiKey":"fc_CANARY', /begins like a JSON object but is not valid JSON/],
  ])('a secret that holds %s is explained, with the command that corrects it', async (_, secret, found) => {
    world.aws.state.secret = secret;

    const finding = await world.diagnoseOne();

    expect(finding?.found).toMatch(found);
    expect(finding?.commands).toEqual([expect.stringMatching(/ set-key$/)]);
    expect(finding?.link).toContain('secretsmanager/secret?region=us-east-1&name=arn');
  });

  test('a key that the API refuses is explained', async () => {
    world.aws.state.secret = 'fc_CANARY_of_somebody_else';

    const finding = await world.diagnoseOne();

    expect(finding?.found).toBe('Flightcontrol refuses it (GET /api/deployments/flightwatch-key-check: 401).');
    expect(finding?.todo).toContain('set the setting api to v1');
    expect(finding?.commands).toEqual([expect.stringMatching(/ set-key$/)]);
  });

  test('an API that knows the deployment has accepted the key', async () => {
    world.answer = { json: { deploymentId: 'flightwatch-key-check', status: 'SUCCESS' } };

    expect((await world.diagnose()).exitStatus).toBe(0);
  });

  test.each([
    ['is gone', { status: 410, json: {} }],
    ['redirects', { status: 301, headers: { location: '/elsewhere' }, json: {} }],
    ['knows no such page', { status: 404, json: '<html>' }],
  ])('an API that %s is told, with the setting to look at', async (_, answer) => {
    world.answer = answer;

    const finding = await world.diagnoseOne();

    expect(finding?.state).toBe('bad');
    expect(finding?.todo).toMatch(/^Compare the setting apiBaseUrl/);
  });

  test('a legacy API that is gone is told, with the setting that chooses the other one', async () => {
    const said = 'GET /api/deployments/flightwatch-key-check: 410';
    world.aws.state.overrides.Invoke = () => ({ result: 'unknown', said, isFromElsewhere: true });
    const variables = {
      API_KEY_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:1:secret:key',
      FLIGHTCONTROL_API: 'legacy',
    };
    world.aws.state.overrides.GetFunctionConfiguration = () => ({ Environment: { Variables: variables } });

    const finding = await world.diagnoseOne();

    expect(finding?.found).toBe(`Flightcontrol's API gave no usable answer to the poll function: ${said}.`);
    expect(finding?.todo).toBe('The legacy API may be gone: set the setting api to v1, and deploy again.');
  });

  test.each([503, 429])('an API that answers %d leaves the key unknown', async (status) => {
    world.answer = { status, json: {} };

    expect(await world.diagnoseOne()).toMatchObject({ name: 'API key', state: 'unknown' });
  });

  test('a role that may not read the secret is told as such', async () => {
    world.aws.state.failures.GetSecretValue = new AwsError('AccessDeniedException');

    const finding = await world.diagnoseOne();

    expect(finding?.found).toContain('may not be read by the poll function');
    expect(finding?.commands).toBeUndefined();
  });

  test('a Secrets Manager that fails leaves the key unknown', async () => {
    world.aws.state.failures.GetSecretValue = new AwsError('InternalServiceError', 'try later', 500);

    expect(await world.diagnoseOne()).toMatchObject({
      state: 'unknown',
      found: 'The poll function cannot read its secret: GetSecretValue: try later.',
    });
  });

  test('a function that fails is told, with what Lambda says', async () => {
    world.aws.state.overrides.Invoke = () => ({ errorMessage: 'Task timed out after 163.00 seconds' });

    const found = 'The poll function could not try its key: Task timed out after 163.00 seconds.';
    expect(await world.diagnoseOne()).toMatchObject({ name: 'API key', state: 'bad', found });
  });

  test('a function of an earlier version is to be deployed again', async () => {
    world.aws.state.overrides.Invoke = () => ({ outcome: 'WATCH_FAILED' });

    expect(await world.diagnoseOne()).toMatchObject({
      name: 'API key',
      state: 'bad',
      todo: expect.stringContaining('deploy'),
    });
  });

  test('the key is tried with the secret as it is now', async () => {
    const { aws } = world;

    await world.run();

    expect(aws.state.calls.filter((call) => call === 'GetSecretValue')).toHaveLength(1);
    expect(aws.state.secret).toBe(KEY);
  });
});
