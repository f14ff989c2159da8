import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { devDependencies, peerDependencies, version } from '../package.json';
import { EXAMPLES, synthesizeExamples } from './support/examples';
import { ROOT, readText, tableIn } from './support/markdown';
import { dependencyOfExamples, releasedVersion, stepsToRun } from './support/publication';

const example = synthesizeExamples(...EXAMPLES);
const RELEASED = releasedVersion(readText('CHANGELOG.md'));

/** The commands that `test/support/synthesize-examples.mjs` stands for. */
const JAVASCRIPT = 'node app.js';
const ES_MODULE = 'node app.ts';
const COMMONJS = 'npm run --silent build && node build/app.js';

describe.each(EXAMPLES)('%s', (name) => {
  const folder = `examples/${name}`;
  const manifest = JSON.parse(readText(`${folder}/package.json`));
  const isTypeScript = existsSync(join(ROOT, folder, 'app.ts'));

  test('synthesises without a warning', () => {
    expect(example(name).complaints).toEqual([]);
    expect(example(name).stackNames).not.toEqual([]);
  });

  test('is a private package that takes what Flightwatch supports, and Flightwatch from where it is', () => {
    expect(manifest).toMatchObject({ name: `flightwatch-example-${name}`, private: true });
    expect(manifest.dependencies).toEqual({
      ...peerDependencies,
      flightwatch: dependencyOfExamples(version, RELEASED),
    });
    expect(manifest.devDependencies['aws-cdk']).toBe(devDependencies['aws-cdk']);
  });

  test('starts by a command that fits its files', () => {
    const ofTypeScript = manifest.type === 'module' ? ES_MODULE : COMMONJS;

    expect(JSON.parse(readText(`${folder}/cdk.json`)).app).toBe(isTypeScript ? ofTypeScript : JAVASCRIPT);
  });

  test('names the Node.js that runs TypeScript, if it needs that', () => {
    const { node } = manifest.engines ?? {};

    expect(node).toBe(isTypeScript && manifest.type === 'module' ? '^22.18.0 || >=24.0.0' : undefined);
  });

  test('checks all types strictly if it is TypeScript', () => {
    expect(existsSync(join(ROOT, folder, 'tsconfig.json'))).toBe(isTypeScript);
    if (!isTypeScript) return;
    const { compilerOptions } = JSON.parse(readText(`${folder}/tsconfig.json`));

    expect(compilerOptions).toMatchObject({ strict: true, skipLibCheck: false, module: 'nodenext' });
    expect(compilerOptions.erasableSyntaxOnly === true).toBe(manifest.type === 'module');
  });

  test('says how to install, synthesise and deploy it', () => {
    const readme = readText(`${folder}/README.md`);

    for (const steps of stepsToRun(name, version, RELEASED)) expect(readme).toContain(steps);
    expect(readme).toContain('`npx cdk deploy');
  });
});

test('the list of the examples names every folder', () => {
  const rows = tableIn(readText('examples/README.md'), 'folder', 'what it shows');
  const listed = rows.map(([cell = '']) => /^\[([\w-]+)\]\(\1\)$/.exec(cell)?.[1]);

  expect(listed.toSorted()).toEqual([...EXAMPLES, 'github-actions'].toSorted());
});

describe('three-lines', () => {
  const template = example('three-lines').template('Operations');
  const [topic = ''] = Object.keys(template.findResources('AWS::SNS::Topic'));

  test('adds three lines to the stack', () => {
    const source = readText('examples/three-lines/operations-stack.ts').split('\n');

    expect(source.filter((line) => /monitor|flightwatch/i.test(line.replace(/\/\/.*/, '')))).toHaveLength(3);
  });

  test('has no topic but the one of the stack, which gets the notifications and the alarms', () => {
    template.resourceCountIs('AWS::SNS::Topic', 1);
    expect(policiesThatAllow('sns:Publish', { Ref: topic }, template)).toEqual([
      expect.stringContaining('WatchStateMachineRole'),
      expect.stringContaining('WatchdogReportRole'),
    ]);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [{ Ref: topic }] });
  });
});

describe('existing-topic-and-key', () => {
  const platform = example('existing-topic-and-key').template('Platform');
  const deployments = example('existing-topic-and-key').template('Deployments');

  test('Flightwatch makes none of what exists already', () => {
    for (const service of ['SNS::Topic', 'SecretsManager::Secret', 'KMS::Key', 'Events::EventBus']) {
      platform.hasResource(`AWS::${service}`, {});
      deployments.resourceCountIs(`AWS::${service}`, 0);
    }
  });

  test('those who publish, read the secret or use the history may use the key', () => {
    const key = importOf(platform, 'AWS::KMS::Key', 'Arn');

    expect(policiesThatAllow('kms:Decrypt', key, deployments)).toEqual([
      expect.stringContaining('WatchPollDeploymentRole'),
      expect.stringContaining('WatchStateMachineRole'),
      expect.stringContaining('WatchdogReportRole'),
      expect.stringContaining('RecordOutcomeFunctionRole'),
    ]);
    deployments.hasResourceProperties('AWS::DynamoDB::Table', { SSESpecification: { KMSMasterKeyId: key } });
  });

  test('the poll function reads the API key from the imported secret', () => {
    const secret = importOf(platform, 'AWS::SecretsManager::Secret', 'Ref');

    expect(policiesThatAllow('secretsmanager:GetSecretValue', secret, deployments)).toEqual([
      expect.stringContaining('WatchPollDeploymentRole'),
    ]);
  });

  test('CloudWatch may publish to the encrypted topic of the alarms', () => {
    const [topic = ''] = Object.keys(platform.findResources('AWS::SNS::Topic')).filter((id) => id.startsWith('Alarms'));
    const cloudWatch = Match.objectLike({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } });

    platform.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [{ Ref: topic }],
      PolicyDocument: { Statement: Match.arrayWith([cloudWatch]) },
    });
    platform.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      },
    });
  });

  test('announcements are expected on the event bus of the platform', () => {
    const [id] = Object.keys(platform.findResources('AWS::Events::EventBus'));
    const rules = Object.values(deployments.findResources('AWS::Events::Rule'));
    const buses = rules
      .filter(({ Properties }) => Properties.EventPattern?.source?.includes('flightcontrol'))
      .map(({ Properties }) => JSON.stringify(Properties.EventBusName));

    expect(buses).toEqual([expect.stringContaining(`Platform:ExportsOutputFnGetAtt${id}`)]);
  });
});

describe('two-organisations', () => {
  const acme = example('two-organisations').template('Flightwatch-Acme');
  const globex = example('two-organisations').template('Flightwatch-Globex');

  test.each([
    ['acme', acme],
    ['globex', globex],
  ])('%s has a state machine, a source of events and a secret of its own', (organisation, template) => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: `flightwatch-${organisation}`,
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: [`flightcontrol.${organisation}`], 'detail-type': ['Deployment Triggered'] },
    });
    template.resourceCountIs('AWS::SecretsManager::Secret', 1);
  });

  test.each([
    ['acme', acme],
    ['globex', globex],
  ])('the role of the builds of %s may start the watches of that organisation only', (organisation, template) => {
    const [stateMachine] = Object.keys(
      template.findResources('AWS::StepFunctions::StateMachine', {
        Properties: { StateMachineName: `flightwatch-${organisation}` },
      }),
    );
    const policies = Object.values(template.findResources('AWS::IAM::Policy')).map(({ Properties }) => Properties);
    const own = policies.filter(({ Roles }) => Roles.includes(`your-codebuild-role-of-${organisation}`));

    expect(own.map(({ Roles }) => Roles)).toEqual([[`your-codebuild-role-of-${organisation}`]]);
    expect(own[0].PolicyDocument.Statement).toEqual([
      {
        Action: ['states:StartExecution', 'states:DescribeStateMachine'],
        Effect: 'Allow',
        Resource: { Ref: stateMachine },
      },
      {
        Action: ['states:DescribeExecution', 'states:GetExecutionHistory'],
        Effect: 'Allow',
        Resource: expect.anything(),
      },
    ]);
  });

  test.each([
    ['acme', acme],
    ['globex', globex],
  ])('nothing of %s can be assumed by CodeBuild: the projects keep the role that they have', (_, template) => {
    expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toContain('codebuild');
  });
});

describe('chat-only', () => {
  const template = example('chat-only').template('Deployments');

  test('tells the channel of everything', () => {
    const topics = Object.keys(template.findResources('AWS::SNS::Topic')).map((Ref) => ({ Ref }));

    template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
      SnsTopicArns: Match.arrayWith(topics),
    });
    expect(topics).toHaveLength(2);
  });

  test('sends no e-mail', () => {
    template.resourceCountIs('AWS::SNS::Subscription', 0);
  });
});

describe('the smallest apps', () => {
  test('are the same in all three languages', () => {
    const [esm, ...others] = (['typescript-esm', 'typescript-commonjs', 'plain-javascript'] as const).map((name) =>
      example(name).template('Deployments').toJSON(),
    );

    for (const other of others) expect(other).toEqual(esm);
  });

  test('send notifications and alarms by e-mail, from the state machine that the command line looks for', () => {
    const template = example('typescript-esm').template('Deployments');

    template.resourcePropertiesCountIs('AWS::SNS::Subscription', { Protocol: 'email' }, 2);
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'flightwatch' });
  });
});

describe('ci-role', () => {
  const template = example('ci-role').template('FlightwatchCi');

  test('can be assumed by one branch of one repository, for longer than a watch can take', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'flightwatch-ci',
      MaxSessionDuration: 3 * 60 * 60,
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRoleWithWebIdentity',
            Principal: { Federated: Match.anyValue() },
            Condition: {
              StringEquals: {
                'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
                'token.actions.githubusercontent.com:sub': 'repo:your-organisation/your-repository:ref:refs/heads/main',
              },
            },
          },
        ],
      },
    });
  });

  test('may start and follow the watches of that state machine, and nothing else', () => {
    const [policy, ...others] = Object.values(template.findResources('AWS::IAM::Policy'));

    expect(others).toEqual([]);
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Action: ['states:StartExecution', 'states:DescribeStateMachine'],
        Effect: 'Allow',
        Resource: 'arn:aws:states:us-east-1:123456789012:stateMachine:flightwatch',
      },
      {
        Action: ['states:DescribeExecution', 'states:GetExecutionHistory'],
        Effect: 'Allow',
        Resource: 'arn:aws:states:us-east-1:123456789012:execution:flightwatch:*',
      },
    ]);
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** Ids of the roles' policies that allow this on that resource. */
function policiesThatAllow(action: string, resource: unknown, template: Template): string[] {
  const allows = ({ Effect, Action, Resource }: Statement) =>
    Effect === 'Allow' &&
    [Action].flat().includes(action) &&
    [Resource].flat().some((allowed) => JSON.stringify(allowed) === JSON.stringify(resource));
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([, { Properties }]) => Properties.PolicyDocument.Statement.some(allows))
    .map(([id]) => id);
}

interface Output {
  readonly Value: unknown;
  readonly Export: { readonly Name: string };
}

/** How another stack of the app refers to the only resource of this type. */
function importOf(template: Template, type: string, reference: 'Ref' | 'Arn') {
  const [id] = Object.keys(template.findResources(type));
  const value = reference === 'Ref' ? { Ref: id } : { 'Fn::GetAtt': [id, reference] };
  const outputs = Object.values<Output>(template.toJSON().Outputs);
  const output = outputs.find(({ Value }) => JSON.stringify(Value) === JSON.stringify(value));
  return { 'Fn::ImportValue': output?.Export.Name };
}
