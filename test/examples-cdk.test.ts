import { Match } from 'aws-cdk-lib/assertions';
import { DEPLOYMENT_FINISHED } from '../lib/contract/events';
import { matches } from './support/event-pattern';
import { synthesizeExamples } from './support/examples';
import { type InputTransformer, transform } from './support/input-transformer';
import { readText } from './support/markdown';

const template = synthesizeExamples('reactions')('reactions').template('Deployments');

interface Rule {
  readonly EventPattern: object;
  readonly Targets: readonly {
    readonly Arn: unknown;
    readonly InputTransformer?: InputTransformer;
    readonly InputPath?: string;
  }[];
}

const rules = Object.entries(template.findResources('AWS::Events::Rule')).filter(([id]) =>
  /^(Discord|PagerDuty|Tests)/.test(id),
);

function ruleOf(prefix: string): Rule {
  const [found, ...others] = rules.filter(([id]) => id.startsWith(prefix));
  if (found === undefined || others.length > 0) throw new Error(`expected one rule like ${prefix}`);
  return found[1].Properties as Rule;
}

/** As it is on the bus. @param golden name of a file with a record */
function finished(golden: string, changes: object = {}) {
  const record = JSON.parse(readText(`test/notification/golden/${golden}.record.json`)) as object;
  const { source, detailType } = DEPLOYMENT_FINISHED;
  return { source, 'detail-type': detailType, detail: { ...record, ...changes } };
}

const STAGING = { environment: { id: 'clstaging', givenId: 'staging', preview: false } };

/** The rules that match, by what they are called in the examples. */
function reactionsTo(event: object): string[] {
  const matching = rules.filter(([, { Properties }]) => matches(Properties.EventPattern, event));
  return matching.map(([id]) => id.replace(/[\dA-F]{8}$/, ''));
}

/** The body of the request that EventBridge makes. */
function bodyOf(rule: string, event: object) {
  const [transformer] = ruleOf(rule).Targets.map(({ InputTransformer }) => InputTransformer);
  if (transformer === undefined) throw new Error(`${rule} does not transform its input`);
  return JSON.parse(transform(transformer, event));
}

describe('the rules', () => {
  test.each([
    ['failed', ['DiscordFailed', 'PagerDutyFailed']],
    ['third-failure', ['DiscordFailed', 'PagerDutyFailed']],
    ['succeeded', ['PagerDutyDeployed']],
    ['recovered', ['DiscordRecovered', 'PagerDutyDeployed']],
    ['cancelled', []],
    ['timed-out', []],
    ['watch-failed', []],
    ['preview', []],
  ])('of the record in the golden file %s: %j', (golden, reactions) => {
    expect(reactionsTo(finished(golden))).toEqual(reactions);
  });

  test('a success in staging starts the tests, one with nothing to deploy does not', () => {
    expect(reactionsTo(finished('succeeded', STAGING))).toEqual(['TestsDeployed']);
    expect(reactionsTo(finished('succeeded', { ...STAGING, status: 'NO_CHANGE' }))).toEqual([]);
    expect(reactionsTo(finished('failed', STAGING))).toEqual(['DiscordFailed']);
  });

  test('other events are ignored, also those that start a watch', () => {
    expect(reactionsTo({ ...finished('failed'), source: 'flightcontrol' })).toEqual([]);
    expect(reactionsTo({ ...finished('failed'), 'detail-type': 'Deployment Triggered' })).toEqual([]);
  });

  test('test notifications are ignored', () => {
    for (const outcome of ['failed', 'succeeded', 'cancelled', 'timed-out', 'watch-failed']) {
      expect(reactionsTo(finished(`test-${outcome}`))).toEqual([]);
    }
    expect(reactionsTo(finished('test-failed', { test: undefined }))).toEqual(['DiscordFailed', 'PagerDutyFailed']);
  });

  test('an event that cannot be delivered reaches the dead-letter queue of the monitor', () => {
    const [queue = ''] = Object.keys(template.findResources('AWS::SQS::Queue'));

    expect(rules).toHaveLength(5);
    for (const [, { Properties }] of rules) {
      expect(Properties.Targets).toEqual([
        expect.objectContaining({ DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue, 'Arn'] } } }),
      ]);
    }
  });
});

describe('Discord', () => {
  test('learns which environment has failed, why, and with which commit', () => {
    expect(bodyOf('DiscordFailed', finished('failed'))).toEqual({
      embeds: [
        {
          title: 'FAILED: production',
          description: expect.stringMatching(/^web-api: BUILD_ERROR: npm ERR! Missing script: "build"/),
          footer: { text: 'Commit: 01e573f2198f120f66b08621fde0256874d0c24d' },
          color: expect.any(Number),
        },
      ],
      allowed_mentions: { parse: [] },
    });
  });

  test('learns that an environment has recovered, and from how many failures', () => {
    const event = finished('recovered');
    const { failuresInARow } = (event.detail as unknown as { history: { failuresInARow: number } }).history;

    expect(bodyOf('DiscordRecovered', event).embeds).toEqual([
      expect.objectContaining({ title: 'Recovered: production', description: `Failures before: ${failuresInARow}` }),
    ]);
  });

  test.each(['DiscordFailed', 'DiscordRecovered'])(
    '%s is valid JSON whatever the texts of a deployment hold, and whatever is missing',
    (rule) => {
      const reason = 'say "hi"\n\\ <detail-reason> @everyone';

      const { embeds } = bodyOf(rule, finished('failed', { reason, environment: undefined, repository: undefined }));

      expect([reason, 'Failures before: ']).toContain(embeds[0].description);
    },
  );

  test('is addressed by a secret that is not in the template', () => {
    template.hasResourceProperties('AWS::Events::ApiDestination', {
      InvocationEndpoint: referenceTo('discord-webhook'),
      HttpMethod: 'POST',
    });
  });
});

describe('PagerDuty', () => {
  test('opens one incident for each environment, and resolves the same one', () => {
    const failure = bodyOf('PagerDutyFailed', finished('third-failure'));
    const success = bodyOf('PagerDutyDeployed', finished('succeeded'));

    expect(failure).toMatchObject({
      event_action: 'trigger',
      dedup_key: 'flightwatch clcpcxekw000mc9oj8cjfwd2f',
      payload: { summary: 'FAILED: deployment to production', source: 'production', severity: 'error' },
    });
    expect(success).toEqual({ event_action: 'resolve', dedup_key: failure.dedup_key });
  });

  test('gets the whole record, with its time', () => {
    const event = finished('failed');

    expect(bodyOf('PagerDutyFailed', event).payload).toMatchObject({
      timestamp: '2023-01-09T22:16:14.000Z',
      custom_details: event.detail,
    });
  });

  test('gets its routing key from a secret, as a part of the body that EventBridge hides', () => {
    template.hasResourceProperties('AWS::Events::Connection', {
      AuthParameters: {
        InvocationHttpParameters: {
          BodyParameters: [{ Key: 'routing_key', Value: referenceTo('pagerduty-routing-key'), IsValueSecret: true }],
        },
      },
    });
  });
});

test('the tests get the record, from a role that may start them and nothing else', () => {
  const [target] = ruleOf('TestsDeployed').Targets;

  expect(target?.InputPath).toBe('$.detail');
  expect(JSON.stringify(target?.Arn)).toContain(':stateMachine:end-to-end-tests');
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [{ Action: 'states:StartExecution', Effect: 'Allow', Resource: target?.Arn }],
    },
  });
});

test('the pattern in docs/notifications.md matches a failure in production, no success and no test', () => {
  const [, section = ''] = readText('docs/notifications.md').split('\n## React to outcomes in AWS\n');
  const [, json = ''] = /```json\n(\{\n {2}"source": \[[\s\S]+?)```/.exec(section) ?? [];
  const pattern = JSON.parse(json) as object;

  expect(matches(pattern, finished('failed'))).toBe(true);
  expect(matches(pattern, finished('succeeded'))).toBe(false);
  expect(matches(pattern, finished('test-failed'))).toBe(false);
  expect(matches(pattern, finished('failed', STAGING))).toBe(false);
});

/** CloudFormation resolves it at deployment. Source: CloudFormation docs, Secrets Manager secrets. */
function referenceTo(secretName: string) {
  return {
    'Fn::Join': [
      '',
      Match.arrayWith([
        '{{resolve:secretsmanager:arn:',
        Match.stringLikeRegexp(`^:secret:${secretName}:SecretString:::}}$`),
      ]),
    ],
  };
}
