import { DoctorWorld, FULL } from './doctor-world';

let world: DoctorWorld;

beforeAll(async () => {
  world = await DoctorWorld.start(FULL);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

async function diagnosePending(protocol: string, endpoint: string) {
  const confirmed = { protocol: 'email', endpoint: 'ada@example.com' };
  world.aws.state.subscriptions[world.topic] = [confirmed, { protocol, endpoint, isPending: true }];
  return world.diagnoseOne();
}

test.each(['email', 'email-json'])('a pending %s is confirmed by the link of its e-mail', async (protocol) => {
  const finding = await diagnosePending(protocol, 'bob@example.com');

  expect(finding?.todo).toContain('Follow the link in the e-mail');
  expect(finding?.commands?.[0]).toContain(`--protocol ${protocol} --notification-endpoint bob@example.com --region`);
});

test.each(['http', 'https'])(
  'a pending %s endpoint confirms itself, and no command repeats its host',
  async (protocol) => {
    const finding = await diagnosePending(protocol, `${protocol}://hooks.example.com/CANARY`);

    expect(finding?.found).toBe(
      `${protocol} ${protocol}://hooks.example.com/... has not confirmed the subscription. AWS deletes it after 48 hours.`,
    );
    expect(finding?.todo).toBe(
      'The endpoint must confirm it: it has to request the SubscribeURL that SNS posted to it.',
    );
    expect(finding).not.toHaveProperty('commands');
  },
);

test('a pending queue of another account is left to its owner', async () => {
  const finding = await diagnosePending('sqs', 'arn:aws:sqs:us-east-1:210987654321:theirs');

  expect(finding?.todo).toBe('The owner of the endpoint must confirm it.');
  expect(finding).not.toHaveProperty('commands');
});

test('an alarm topic of another Region is asked, linked and corrected there', async () => {
  const arn = 'arn:aws:sns:eu-west-1:123456789012:operations';
  world.aws.state.alarmTopicArn = arn;
  const { calls, regions, subscriptions } = world.aws.state;
  subscriptions.operations = [{ protocol: 'email', endpoint: 'ops@example.com', isPending: true }];

  const finding = await world.diagnoseOne();

  expect(finding?.found).toContain('email ops@example.com has not confirmed');
  expect(finding?.commands?.[0]).toMatch(/ --region eu-west-1$/);
  expect(finding?.link).toContain(
    `https://eu-west-1.console.aws.amazon.com/sns/v3/home?region=eu-west-1#/topic/${arn}`,
  );
  const asked = regions.filter((_, index) => calls[index] === 'ListSubscriptionsByTopic');
  expect(asked.sort()).toEqual(['eu-west-1', 'us-east-1']);
});
