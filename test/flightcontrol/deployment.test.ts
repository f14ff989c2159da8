import { readDeployment } from '../../lib/flightcontrol/deployment';
import { deploymentJson } from '../../lib/local/flightcontrol-server';

function read(fields: object) {
  return readDeployment({ ...deploymentJson('clx1', 'SUCCESS'), ...fields });
}

describe('createdAt', () => {
  test.each([
    ['2023-01-09 22:10:02.381', '2023-01-09T22:10:02.381Z'],
    ['2023-01-09T22:10:02.381Z', '2023-01-09T22:10:02.381Z'],
    ['2023-01-09T22:10:02.381456z', '2023-01-09T22:10:02.381Z'],
    ['2023-01-09T23:10:02+01:00', '2023-01-09T22:10:02.000Z'],
    ['2023-01-09 23:10:02+0100', '2023-01-09T22:10:02.000Z'],
    ['2023-01-09 22:10:02.381+00', '2023-01-09T22:10:02.381Z'],
    ['2023-01-09 22:10', '2023-01-09T22:10:00.000Z'],
    ['2024-02-29 22:10:02', '2024-02-29T22:10:02.000Z'],
  ])('%s is read as %s', (createdAt, expected) => {
    expect(read({ createdAt }).createdAt).toBe(expected);
  });

  test.each([
    '2023-02-31 10:00:00',
    '2023-02-29T10:00:00Z',
    '2023-04-31 10:00:00+02:00',
    '2023-13-01 10:00:00',
    '2023-00-01 10:00:00',
    '2023-01-00 10:00:00',
    '2023-01-09 25:00:00',
    '2023-01-09 22:60:00',
    '2023-01-09 22:10:02+25:00',
    '2023-01-09',
    'January 9, 2023',
    'build 7 of 2023',
    'yesterday',
    '',
    17,
    null,
  ])('%j is no time, and left out', (createdAt) => {
    expect(read({ createdAt })).not.toHaveProperty('createdAt');
  });
});

describe('repoUrl', () => {
  test.each([
    ['https://github.com/o/r', 'https://github.com/o/r'],
    ['https://github.com/o/r.git', 'https://github.com/o/r.git'],
    ['https://t0ken@github.com/o/r', 'https://github.com/o/r'],
    ['https://user:t0ken@github.com/o/r', 'https://github.com/o/r'],
    ['https://me@example.com:t0ken@github.com/o/r?token=t0ken', 'https://github.com/o/r'],
    ['https://me@example.com:t0k@en@github.com:8443/o/r#t0ken', 'https://github.com:8443/o/r'],
    ['HTTPS://me:t0ken@github.com/o/r', 'HTTPS://github.com/o/r'],
    ['ssh://git@github.com/o/r', 'ssh://git@github.com/o/r'],
    ['ssh://t0ken:x@github.com:22/o/r', 'ssh://git@github.com:22/o/r'],
    ['git+ssh://t0ken@github.com/o/r', 'git+ssh://git@github.com/o/r'],
    ['git@github.com:o/r.git', 'git@github.com:o/r.git'],
    ['user:t0ken@github.com:o/r', 'git@github.com:o/r'],
    ['me@example.com:t0ken@github.com:o/r', 'git@github.com:o/r'],
    ['github.com/o/r?access=t0ken', 'github.com/o/r'],
    ['https://dev.azure.com/org/My%20Project/_git/r', 'https://dev.azure.com/org/My%20Project/_git/r'],
    ['o/r', 'o/r'],
  ])('%s is shown as %s', (repoUrl, expected) => {
    expect(read({ repoUrl }).repository.url).toBe(expected);
  });

  test.each([
    'https://user:t0/ken@github.com/o/r',
    'https://user:t0\\ken@github.com/o/r',
    'https://github.com/user:t0ken@/o/r',
    'user:t0/ken@github.com:o/r',
    'https://user:t0 ken@',
    `https://user:${'t0ken'.repeat(100)}/@github.com/o/r`,
  ])('%s is left out: it is not clear where a password ends', (repoUrl) => {
    expect(read({ repoUrl }).repository).not.toHaveProperty('url');
  });

  test.each(['@', 'a@', 'a:', ':@', '/', '?', 'https://', 'a.b/'])(
    '1 MiB of %j is read in less than a second',
    (part) => {
      const start = process.hrtime.bigint();

      read({ repoUrl: `https://${part.repeat(1024 * 1024)} end` });

      expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(1);
    },
  );
});

describe('the fields of v1', () => {
  const service = { serviceName: 'web-api', type: 'web', serviceId: 'clsvc1', serviceDomain: 'api.mydomain.com' };
  const read1 = (item: object) => read({ serviceDeployments: [item] }).services[0];

  test('project, preview environment, and ids and addresses of services', () => {
    const deployment = read({
      projectId: 'clprj1',
      isPreviewEnvironment: true,
      serviceDeployments: [{ serviceDeploymentId: 'clsd1', service, status: 'SUCCESS', error: null }],
    });

    expect(deployment).toMatchObject({
      project: { id: 'clprj1' },
      environment: { givenId: 'production', preview: true },
      services: [{ id: 'clsvc1', name: 'web-api', type: 'web', url: 'https://api.mydomain.com', status: 'SUCCESS' }],
    });
    expect(JSON.stringify(deployment)).not.toContain('clsd1');
  });

  test('id and address beside the service instead of in it', () => {
    const item = { serviceId: 'clsvc1', serviceDomain: 'https://api.mydomain.com', status: 'SUCCESS' };

    expect(read1(item)).toEqual({ id: 'clsvc1', url: 'https://api.mydomain.com', status: 'SUCCESS' });
    expect(read1({ ...item, service: { serviceName: 'web-api', serviceDomain: '' } })).toMatchObject({
      url: 'https://api.mydomain.com',
    });
  });

  test.each([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
    ['', undefined],
    [null, undefined],
    [1, undefined],
    ['yes', undefined],
    [{}, undefined],
  ])('isPreviewEnvironment %j is read as %j', (isPreviewEnvironment, expected) => {
    expect(read({ isPreviewEnvironment }).environment.preview).toBe(expected);
  });

  test('the legacy API gives none of them, and none is invented', () => {
    const { environment, services, ...rest } = read({ serviceDeployments: [{ service: { serviceName: 'web-api' } }] });

    expect(rest).not.toHaveProperty('project');
    expect(environment).not.toHaveProperty('preview');
    expect(services).toEqual([{ name: 'web-api' }]);
  });

  test.each([null, '', 17, {}, []])('a projectId of %j is left out', (projectId) => {
    expect(read({ projectId })).not.toHaveProperty('project');
  });
});

test.each([
  [{ deploymentId: undefined }, 'expected text in the field deploymentId, got nothing'],
  [{ deploymentId: null }, 'expected text in the field deploymentId, got null'],
  [{ deploymentId: '\u0000' }, 'expected text in the field deploymentId, got empty text'],
  [{ status: 200 }, 'expected text in the field status, got a number'],
  [{ status: ['SUCCESS'] }, 'expected text in the field status, got a list'],
  [{ status: {} }, 'expected text in the field status, got an object'],
])('%j: %s', (fields, message) => {
  expect(() => read(fields)).toThrow(message);
});

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  [[], 'a list'],
  ['text', 'text'],
])('the answer %j is no JSON object', (answer, received) => {
  expect(() => readDeployment(answer)).toThrow(`expected a JSON object, got ${received}`);
});

test('1,200 services are all counted, and the failed ones are the ones that are read', () => {
  const serviceDeployments = Array.from({ length: 1200 }, (_, index) => ({
    service: { serviceName: `service-${index}` },
    status: index < 1150 ? 'BUILDING' : 'DEPLOY_ERROR',
    error: index < 1150 ? null : 'out of memory',
  }));

  const { services } = read({ serviceDeployments });

  expect(services).toHaveLength(1200);
  expect(services.filter(({ status }) => status === 'DEPLOY_ERROR')).toHaveLength(50);
  expect(services[0]).toEqual({ name: 'service-1150', status: 'DEPLOY_ERROR', error: 'out of memory' });
  expect(services.at(-1)).toEqual({ status: 'BUILDING' });
});

test('1,000 services are read in their order', () => {
  const serviceDeployments = Array.from({ length: 1000 }, (_, index) => ({
    service: { serviceName: `service-${index}` },
    status: index === 999 ? 'ERROR' : 'SUCCESS',
  }));

  expect(read({ serviceDeployments }).services.at(-1)).toEqual({ name: 'service-999', status: 'ERROR' });
});
