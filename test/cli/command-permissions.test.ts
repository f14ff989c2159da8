import { codeIn, readText } from '../support/markdown';
import { GitHubWorld } from './github-world';
import { HistoryWorld, PRODUCTION } from './history-world';
import { TestNotificationWorld } from './test-notification-world';

/** The service of each call that the commands may make. */
const SERVICES: Readonly<Record<string, string>> = {
  DescribeStackResources: 'cloudformation',
  DescribeStacks: 'cloudformation',
  ListStackResources: 'cloudformation',
  GetFunctionConfiguration: 'lambda',
  GetFunctionUrlConfig: 'lambda',
  GetSecretValue: 'secretsmanager',
  PutSecretValue: 'secretsmanager',
  DescribeExecution: 'states',
  DescribeStateMachine: 'states',
  GetExecutionHistory: 'states',
  ListExecutions: 'states',
  StartExecution: 'states',
};

/** The calls are counted by the servers of a world. Those of DynamoDB and SNS go to others, and are added by hand. */
function actionsOf({ aws }: Pick<GitHubWorld, 'aws'>, ...others: readonly string[]): string[] {
  const calls = [...aws.calls, ...aws.cloudFormation.calls];
  return [...new Set([...calls.map((call) => `${SERVICES[call]}:${call}`), ...others])].sort();
}

/** Those that docs/command-line.md names for a command, without those for keys. */
function documentedFor(commands: string): string[] {
  const items = readText('docs/command-line.md').split(/^- /m);
  const item = items.find((text) => text.startsWith(`**${commands}:**`)) ?? '';
  return [...new Set(codeIn(item).filter((code) => /^(?!kms)[a-z]+:[A-Z]\w+$/.test(code)))].sort();
}

describe('docs/command-line.md names each permission that is used, and no other', () => {
  test('by connect-github', async () => {
    const world = await GitHubWorld.start();
    world.receiver.onRequest = () => {
      world.receiver.secrets = [world.aws.secret];
    };

    const { exitStatus } = await world.connect(['acme/web', '--rotate']);
    await world.close();

    expect(exitStatus).toBe(0);
    expect(actionsOf(world)).toEqual(documentedFor('`connect-github`'));
  });

  test('by status, and by history with less', async () => {
    const world = await HistoryWorld.start();
    world.watch('clx1-1', null);
    await world.write({ minutesAgo: 5, outcome: 'SUCCEEDED' });

    await world.run(['history', PRODUCTION.givenId]);
    const ofHistory = actionsOf(world, 'dynamodb:Query');
    await world.run(['status']);
    await world.close();

    const documented = documentedFor('`status`, `history`');
    expect(actionsOf(world, 'dynamodb:Query')).toEqual(documented);
    expect(ofHistory).toEqual(documented.filter((action) => !/List|ExecutionHistory/.test(action)));
  });

  test('by test-notification', async () => {
    const world = await TestNotificationWorld.start();
    world.subscriptions = [{ protocol: 'email', endpoint: 'ada@example.com', arn: 'arn:aws:sns:1' }];
    world.end = { status: 'FAILED', error: 'SNS.AuthorizationError' };

    await world.run();
    await world.close();

    expect(actionsOf(world, 'sns:ListSubscriptionsByTopic', 'sns:GetSubscriptionAttributes')).toEqual(
      documentedFor('`test-notification`'),
    );
  });
});
