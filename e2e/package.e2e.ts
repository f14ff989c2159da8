import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTopicCommand, DeleteTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { type FlightcontrolServer, startFlightcontrolServer } from '../lib/local/flightcontrol-server';
import { OutsideFolder, readJson } from '../outside/outside-folder';
import { pack } from '../outside/pack';
import { peerDependencies } from '../package.json';
import { playDeployments } from './deployments';
import { Installation, Subscriber } from './installation';

const KEY = `fc_CANARY_${randomBytes(8).toString('hex')}`;
const API_PORT = 4599;

const installation = new Installation(`FlightwatchPackage${randomBytes(4).toString('hex')}`);
const folder = new OutsideFolder();
const subscriber = new Subscriber();
const sns = new SNSClient();
let api: FlightcontrolServer;
let TopicArn = '';
let stateMachineArn = '';

beforeAll(async () => {
  api = await startFlightcontrolServer(playDeployments(KEY), API_PORT);
  ({ TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: installation.name })));
  await subscriber.subscribe(installation.name, TopicArn);
  const peers = Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`);
  await folder.install(await pack(folder.path), ...peers);
  stateMachineArn = await deploy();
}, 600_000);

afterAll(async () => {
  await Promise.all([subscriber.remove(), sns.send(new DeleteTopicCommand({ TopicArn }))]);
  await installation.remove();
  await api.close();
  folder.remove();
}, 600_000);

/** A stack of the user's own, in which Flightwatch takes three lines. @returns the ARN of the state machine */
async function deploy(): Promise<string> {
  const apiBaseUrl = process.env.FLIGHTWATCH_E2E_API_BASE_URL ?? api.url;
  const app = `
    const { App, CfnOutput, Duration, Stack } = require('aws-cdk-lib');
    const { Topic } = require('aws-cdk-lib/aws-sns');
    const { DeploymentMonitor } = require('flightwatch');

    const stack = new Stack(new App(), '${installation.name}');
    const topic = Topic.fromTopicArn(stack, 'Team', '${TopicArn}');
    const pacing = { preparing: Duration.seconds(1), building: Duration.seconds(1), deploying: Duration.seconds(1) };
    const monitor = new DeploymentMonitor(stack, 'Flightwatch', { topic, pacing, apiBaseUrl: '${apiBaseUrl}' });
    new CfnOutput(stack, 'StateMachineArn', { value: monitor.stateMachine.stateMachineArn });`;
  writeFileSync(join(folder.path, 'app.js'), app);
  await folder.runWithTools('cdk bootstrap --app "node app.js"', folder.path);
  const options = '--app "node app.js" --require-approval never --outputs-file outputs.json';
  await folder.runWithTools(`cdk deploy ${options}`, folder.path);
  const outputs = readJson(join(folder.path, 'outputs.json')) as Record<string, { StateMachineArn: string }>;
  return outputs[installation.name]?.StateMachineArn ?? '';
}

/** As the user types it, in the folder where the package is installed. */
function npx(command: string): Promise<string> {
  const env = { KEY, FLIGHTWATCH_STATE_MACHINE_ARN: stateMachineArn };
  return folder.run(command.replace('flightwatch', 'npx flightwatch'), { env });
}

test('the key is stored by the command line of the package', async () => {
  expect(await npx('printenv KEY | flightwatch set-key')).toContain('The key is stored');
});

test('a deployment is watched to its verdict, which the existing topic gets once', async () => {
  const output = await npx('flightwatch watch good-package');

  expect(output.trim().split('\n').at(-1)).toBe('SUCCEEDED: production, main');
  await subscriber.receive(1);
  expect(subscriber.notifications.map(({ record }) => [record.deploymentId, record.outcome])).toEqual([
    ['good-package', 'SUCCEEDED'],
  ]);
});

test('a deployment that fails makes the command fail, and the topic gets the reason', async () => {
  await expect(npx('flightwatch watch bad-package')).rejects.toThrow(/exit status 1:\n.*FAILED: production, main/s);

  await subscriber.receive(2);
  expect(subscriber.notifications.at(-1)?.record).toMatchObject({
    deploymentId: 'bad-package',
    outcome: 'FAILED',
    reason: expect.stringContaining('web-api'),
  });
});
