import fc from 'fast-check';
import { readGitHubEvent } from '../../lib/flightcontrol/github-event';

const NOW = new Date('2026-11-20T12:00:00Z');
const FOREIGN = { kind: 'foreign' };

function read(payload: unknown, more: { readonly deployment?: object; readonly status?: object } = {}) {
  const body = { deployment: { payload, ...more.deployment }, deployment_status: more.status };
  return readGitHubEvent(body, NOW);
}

describe('an event of Flightcontrol', () => {
  const deployment = { deploymentId: 'clx1', environmentGivenId: 'production', isPreviewEnvironment: false };
  const found = { kind: 'deployment', deploymentId: 'clx1', environment: 'production', isPreview: false };

  test.each([
    ['an object', { deployment }],
    ['JSON text', JSON.stringify({ deployment })],
  ])('has its payload as %s', (_, payload) => {
    expect(read(payload)).toEqual(found);
  });

  test.each([
    ['deployment.deploymentId', { deployment: { deploymentId: 'clx1', id: 'other' } }],
    ['deployment.id', { deployment: { id: 'clx1' }, deploymentId: 'other' }],
    ['deployment.id beside an unusable deploymentId', { deployment: { deploymentId: '', id: 'clx1' } }],
    ['deploymentId', { deploymentId: 'clx1' }],
    ['deploymentId beside the number of something else', { deployment: { id: 123 }, deploymentId: 'clx1' }],
    ['deploymentId beside something else as the deployment', { deployment: 'main', deploymentId: 'clx1' }],
  ])('has the id at %s', (_, payload) => {
    expect(read(payload)).toEqual({ kind: 'deployment', deploymentId: 'clx1' });
  });

  test.each([
    [true, true],
    ['true', true],
    ['false', false],
    ['constructor', undefined],
    [1, undefined],
    [null, undefined],
  ])('with isPreviewEnvironment %j is a preview: %j', (isPreviewEnvironment, isPreview) => {
    const event = read({ deployment: { deploymentId: 'clx1', isPreviewEnvironment } });

    expect(event).toEqual({ kind: 'deployment', deploymentId: 'clx1', ...(isPreview !== undefined && { isPreview }) });
  });

  test('has an environment that is cleaned and cut', () => {
    const environmentOf = (environmentGivenId: unknown) =>
      (read({ deployment: { deploymentId: 'clx1', environmentGivenId } }) as { environment?: string }).environment;

    expect(environmentOf('\u001b[31mprod\u202e\nuction')).toBe('prod uction');
    expect(environmentOf('a'.repeat(1_000_000))).toBe('a'.repeat(128));
    expect(environmentOf('')).toBeUndefined();
    expect(environmentOf(['production'])).toBeUndefined();
  });
});

describe('an event with the marks of Flightcontrol and no usable id', () => {
  test.each([
    ['none', { deployment: { environmentGivenId: 'production' } }, ['environmentGivenId', 'deployment']],
    ['none, beside the payload', { serviceDeployments: [] }, ['serviceDeployments']],
    ['a number', { deployment: { deploymentId: 7, serviceDeployments: [] } }],
    ['an address', { deployment: { deploymentId: 'https://CANARY.example.com', environmentGivenId: 'x' } }],
    ['nested', { deployment: { deploymentId: { id: 'clx1' }, environmentGivenId: 'x' } }],
    ['empty', { deployment: { deploymentId: '', environmentGivenId: 'x' } }],
    ['too long', { deployment: { id: 'a'.repeat(65), environmentGivenId: 'x' } }],
  ])('is told by the names of its keys: %s', (_, payload, keys = expect.any(Array) as never) => {
    const event = read(payload);

    expect(event).toEqual({ kind: 'without id', keys });
    expect(JSON.stringify(event)).not.toContain('CANARY');
  });

  test('shows at most 20 keys, and only those that are names', () => {
    const named = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key${index}`, 'CANARY']));
    const strange = { 'CANARY-key': 1, '::CANARY': 1, 'CANARY key': 1, ['CANARY'.repeat(10)]: 1, __proto__: null };
    const payload = { deployment: { ...strange, ...named, environmentGivenId: 'x' } };

    const event = read(JSON.stringify(payload)) as { keys: readonly string[] };

    expect(event.keys).toHaveLength(20);
    expect(event.keys.every((key) => /^key\d+$/.test(key))).toBe(true);
  });
});

describe('an event that is none of Flightcontrol, or of a deployment that is over', () => {
  test.each([
    ['null', null],
    ['a list', [{ deploymentId: 'clx1' }]],
    ['an empty text', ''],
    ['a text that is no JSON', 'web'],
    ['JSON of a list', '[1]'],
    ['another tool', { web_url: 'https://example.com', deployment: { target: 'production' } }],
    ['an id that is an address', { deployment: { id: 'https://example.com' } }],
    ['a deployment that is a list', { deployment: [{ deploymentId: 'clx1' }] }],
    ['a text of brackets', '['.repeat(200_000)],
  ])('is foreign: a payload of %s', (_, payload) => {
    expect(read(payload)).toEqual(FOREIGN);
  });

  test.each([[null], [undefined], [7], ['text'], [[]], [{ deployment: [] }], [{ deployment: 'x' }]])(
    'is foreign: a body of %j',
    (body) => {
      expect(readGitHubEvent(body, NOW)).toEqual(FOREIGN);
    },
  );

  test('is foreign: GitHub marks the deployment as inactive, because a newer one replaces it', () => {
    const payload = { deployment: { deploymentId: 'clx1' } };

    expect(read(payload, { status: { state: 'inactive' } })).toEqual(FOREIGN);
    expect(read(payload, { status: { state: 'success' } })).toMatchObject({ deploymentId: 'clx1' });
  });

  test.each([
    ['2026-10-21T11:59:59Z', 'foreign'],
    ['2026-10-21T12:00:01Z', 'deployment'],
    ['2027-01-01T00:00:00Z', 'deployment'],
    ['yesterday', 'deployment'],
    [7, 'deployment'],
    [undefined, 'deployment'],
  ])('created at %s is %s: after 30 days it cannot start its watch afresh', (created_at, kind) => {
    expect(read({ deployment: { deploymentId: 'clx1' } }, { deployment: { created_at } })).toMatchObject({ kind });
  });
});

test('whatever the body is, it is read without an error, and only a usable id is taken', () => {
  const json = fc.jsonValue({ depthSize: 'medium' });
  const body = fc.record({ deployment: fc.record({ payload: fc.oneof(json, fc.json()) }) });

  fc.assert(
    fc.property(fc.oneof(json, body), (value) => {
      const event = readGitHubEvent(value, NOW);
      if (event.kind === 'deployment') expect(event.deploymentId).toMatch(/^[\w-]{1,64}$/);
    }),
  );
});
