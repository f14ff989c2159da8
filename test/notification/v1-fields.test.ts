import { readDeployment } from '../../lib/flightcontrol/deployment';
import type { Notification } from '../../lib/notification/notification';
import { judge } from '../../lib/watch/judge';
import type { Look } from '../../lib/watch/look';
import { CONTEXT } from '../support/notifications';

const context = { ...CONTEXT, deploymentId: 'clx1', now: new Date('2023-01-09T22:15:05.000Z') };

function notify(
  status: string,
  services: readonly object[],
  more: object = {},
  previous: Look | null = null,
): Notification {
  const json = { deploymentId: 'clx1', status, serviceDeployments: services, ...more };
  const { notification } = judge(readDeployment(json), { ...context, previous });
  if (notification === null) throw new Error(`${status} does not end a watch`);
  return notification;
}

function addressed(serviceName: string, serviceDomain: string, status = 'SUCCESS', error: unknown = null): object {
  return { service: { serviceName, serviceDomain }, status, error };
}

test('the address of a service is on a line of its own in the e-mail, above its error', () => {
  const { messages } = notify('ERROR', [
    addressed('web-api', 'https://api.mydomain.com', 'ERROR', 'out of memory'),
    addressed('worker', ''),
    addressed('docs', 'docs.mydomain.com'),
  ]);

  expect(messages.email).toContain(
    '- web-api: ERROR\n    https://api.mydomain.com\n    out of memory\n- worker: SUCCESS\n- docs: SUCCESS\n    https://docs.mydomain.com\n',
  );
});

test.each([
  ['web-api', '*<https://api.mydomain.com|web-api>*'],
  ['web api', '*<https://api.mydomain.com|web api>*'],
  ['a<b>&c', '*<https://api.mydomain.com|a&lt;b&gt;&amp;c>*'],
  ['a|b', '*a|b*'],
])('in a chat message, the name %j is %s', (name, expected) => {
  const { messages } = notify('SUCCESS', [addressed(name, 'https://api.mydomain.com')]);

  expect(JSON.parse(messages.https).content.description).toContain(`• ${expected}: SUCCESS`);
});

test('an SMS has the address if only one service has one, and the text leaves room for it', () => {
  const one = addressed('web-api', 'https://api.mydomain.com');
  const worker = addressed('worker', '');
  const long = addressed('web-api', `https://${'a'.repeat(60)}.${'b'.repeat(60)}.com`);

  expect(notify('SUCCESS', [one, worker]).messages.sms).toBe('Deployed: deployment clx1. https://api.mydomain.com');
  expect(notify('SUCCESS', [one, addressed('docs', 'docs.mydomain.com')]).messages.sms).toBe(
    'Deployed: deployment clx1',
  );
  expect(notify('SUCCESS', [long]).messages.sms).toBe('Deployed: deployment clx1');
});

test('an SMS has no address if not all services are known', () => {
  const services = Array.from({ length: 300 }, (_, index) => addressed(`service-${index}`, ''));

  const { record, messages } = notify('SUCCESS', [addressed('web-api', 'https://api.mydomain.com'), ...services]);

  expect(record).toHaveProperty('servicesByStatus');
  expect(messages.sms).toBe('Deployed: deployment clx1');
});

test.each([
  [true, 'true', 'pr-12 (preview)'],
  [false, 'false', 'pr-12'],
  [undefined, undefined, 'pr-12'],
])(
  'isPreviewEnvironment %j: the attribute is %j, the e-mail says %s',
  (isPreviewEnvironment, attribute, environment) => {
    const { attributes, messages } = notify('SUCCESS', [], { isPreviewEnvironment, environmentGivenId: 'pr-12' });

    expect(attributes.preview?.StringValue).toBe(attribute);
    expect(messages.email).toContain(`\nEnvironment: ${environment}\n`);
  },
);

test('the plain notification of a watch has the attribute, too', () => {
  const json = { deploymentId: 'clx1', status: 'BUILDING', projectId: 'clprj1', isPreviewEnvironment: 'true' };

  const { plain } = judge(readDeployment(json), { ...context, timeoutMinutes: 120 });

  expect(plain?.attributes.preview).toEqual({ DataType: 'String', StringValue: 'true' });
  expect(plain?.record).toMatchObject({ project: { id: 'clprj1' }, environment: { preview: true } });
});

test('the e-mail lists the last six phases that took a second or more', () => {
  const previous = [0, 10, 10.2, 20, 30, 40, 50, 60].reduce<Look | null>((look, seconds, index) => {
    const now = new Date(Date.parse(context.startedAt) + seconds * 1000);
    const status = index % 2 === 0 ? 'BUILDING' : 'DEPLOYING';
    return judge(readDeployment({ deploymentId: 'clx1', status }), { ...context, now, previous: look });
  }, null);

  const { messages, record } = notify('SUCCESS', [], {}, previous);

  expect(record.phases).toHaveLength(8);
  expect(messages.email).toContain(
    '\nPhases seen: [...], BUILDING 10s, DEPLOYING 10s, BUILDING 10s, DEPLOYING 10s, BUILDING 10s, DEPLOYING 4m\n',
  );
});
