import { list, xml } from '../support/cloudformation';
import { AwsError } from '../support/step-functions';
import { DoctorWorld, FULL } from './doctor-world';

let world: DoctorWorld;

beforeAll(async () => {
  world = await DoctorWorld.start(FULL);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const REMAKE = expect.stringContaining('delete the stack and deploy it again');
const CONSOLE = expect.stringContaining('https://us-east-1.console.aws.amazon.com/');

describe('what was deleted by hand is missed, with what to do and a link', () => {
  test('topics', async () => {
    world.aws.state.failures.ListSubscriptionsByTopic = new AwsError('NotFound', 'Topic does not exist', 404);

    const { wrong } = await world.diagnose();

    expect(wrong).toEqual(
      [
        { name: 'Notifications', id: world.topic },
        { name: 'Alarm subscribers', id: world.alarmTopic },
      ].map(({ name, id }) => ({
        name,
        state: 'bad',
        found: `The topic arn:aws:sns:us-east-1:123456789012:${id} does not exist.`,
        todo: REMAKE,
        link: CONSOLE,
      })),
    );
  });

  test('a topic of somebody else', async () => {
    world.aws.state.alarmTopicArn = 'arn:aws:sns:us-east-1:123456789012:operations';
    world.aws.state.overrides.ListSubscriptionsByTopic = ({ TopicArn }) => {
      if (String(TopicArn).endsWith(':operations')) throw new AwsError('NotFound', 'Topic does not exist', 404);
      return list('Subscriptions', [xml({ Protocol: 'sms', Endpoint: '+1', SubscriptionArn: 'arn:aws:sns:x:1:t:1' })]);
    };

    const { wrong } = await world.diagnose();

    const todo = 'Somebody deleted it: create it again, or choose another topic and deploy again.';
    expect(wrong).toContainEqual(expect.objectContaining({ name: 'Alarm subscribers', state: 'bad', todo }));
  });

  test.each(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'])(
    'the queue of the dead letters (%s)',
    async (type) => {
      world.aws.state.failures.GetQueueAttributes = new AwsError(type, 'The specified queue does not exist.');

      const found = expect.stringMatching(/^The queue http\S+ does not exist\.$/);
      expect(await world.diagnoseOne()).toEqual({
        name: 'Dead letters',
        state: 'bad',
        found,
        todo: REMAKE,
        link: CONSOLE,
      });
    },
  );

  test('the poll function, and the checks that need it say so', async () => {
    for (const call of ['Invoke', 'GetFunctionConfiguration'])
      world.aws.state.failures[call] = new AwsError('ResourceNotFoundException', 'Function not found: poll', 404);

    const { wrong } = await world.diagnose();

    const found = expect.stringMatching(/^The poll function arn:aws:lambda\S+ does not exist\.$/);
    expect(wrong).toMatchObject([
      { name: 'API key', state: 'bad', found, todo: REMAKE, link: CONSOLE },
      {
        name: 'History',
        state: 'unknown',
        found: 'Not known, because something no longer exists (Function not found: poll).',
        todo: REMAKE,
      },
    ]);
  });
});

describe('what is not checked is said', () => {
  const NOT_CHECKED = / So its rules, dead letters, alarms and webhook are not checked\.$/;
  const resources = (...logicalIds: readonly string[]) =>
    list(
      'StackResourceSummaries',
      logicalIds.map((LogicalResourceId) =>
        xml({
          LogicalResourceId,
          ResourceType: 'AWS::StepFunctions::StateMachine',
          PhysicalResourceId: world.stack.stateMachines.watches,
        }),
      ),
    );

  test.each(['DescribeStackResources', 'ListStackResources'])('if %s is denied', async (call) => {
    world.aws.state.failures[call] = new AwsError('AccessDenied', 'no', 403);

    const { wrong } = await world.diagnose();

    expect(wrong).toMatchObject([{ name: 'Stack', state: 'unknown', found: expect.stringMatching(NOT_CHECKED) }]);
  });

  test('if the logical ids were overridden', async () => {
    world.aws.state.overrides.ListStackResources = () => resources('Machine');

    const { wrong } = await world.diagnose();

    expect(wrong).toMatchObject([{ name: 'Stack', state: 'unknown', found: expect.stringMatching(NOT_CHECKED) }]);
  });

  test('if only those of the rules and of the queue were overridden', async () => {
    world.aws.state.overrides.ListStackResources = () => resources('MonitorWatchStateMachine0A1B2C3D');

    const { wrong } = await world.diagnose();

    expect(wrong).toMatchObject([
      { name: 'Rules', state: 'unknown' },
      { name: 'Dead letters', state: 'unknown' },
    ]);
  });
});
