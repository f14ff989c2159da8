import { readText } from '../support/markdown';
import { DoctorWorld } from './doctor-world';

let world: DoctorWorld;

afterEach(() => world.close());

test('an installation without anything that is optional is well, and says what it lacks', async () => {
  world = await DoctorWorld.start({
    notifyEmails: ['ada@example.com'],
    alarms: false,
    dashboard: false,
    history: false,
  });

  const { exitStatus, findings } = await world.diagnose();

  expect(findings.map(({ name }) => name)).not.toContain('Alarm subscribers');
  expect(findings.find(({ name }) => name === 'Alarms')?.found).toBe('There are none: the setting alarms is false.');
  expect(findings.find(({ name }) => name === 'History')?.found).toBe('There is none: the setting history is false.');
  expect(exitStatus).toBe(0);
});

test('alarms that go to another topic are asked for its subscribers', async () => {
  const alarmTopicArn = 'arn:aws:sns:us-east-1:123456789012:operations';
  world = await DoctorWorld.start({ notifyEmails: ['ada@example.com'], alarmTopicArn });
  world.aws.state.alarmTopicArn = alarmTopicArn;
  const nobody = await world.diagnoseOne();
  world.aws.state.subscriptions.operations = [{ protocol: 'email', endpoint: 'ops@example.com' }];
  const somebody = await world.diagnose();

  expect(nobody).toMatchObject({ name: 'Alarm subscribers', found: 'Nobody is subscribed.' });
  expect(somebody.exitStatus).toBe(0);
});

test('rules on a bus of their own are asked for there', async () => {
  world = await DoctorWorld.start({ notifyEmails: ['ada@example.com'], alarms: false, eventBusName: 'deployments' });
  const rule = world.idOf('AWS::Events::Rule', /StartWatchRule/);
  world.aws.state.disabledRules.push(rule);

  expect((await world.diagnoseOne())?.commands).toEqual([
    `aws events enable-rule --name ${rule} --event-bus-name deployments --region us-east-1`,
  ]);
});

test('docs/operations.md shows what a fresh installation lacks as it is', async () => {
  world = await DoctorWorld.start({ notifyEmails: ['you@example.com'] });
  world.aws.state.secret = 'replace-me';
  world.aws.state.subscriptions[world.topic] = [{ protocol: 'email', endpoint: 'you@example.com', isPending: true }];
  world.aws.state.subscriptions[world.alarmTopic] = [];
  const asTyped = { npm_command: 'run-script', npm_package_name: 'flightwatch' };

  const { stdout } = await world.run([], { env: asTyped });

  const wrong = stdout.slice(stdout.indexOf('✗'), stdout.indexOf('✓ Rules'));
  expect(readText('docs/operations.md')).toContain(`\`\`\`text doctor\n${wrong}\`\`\`\n`);
});
