import { readDeployment } from '../../lib/flightcontrol/deployment';
import { deploymentJson, type ServiceJson } from '../../lib/local/flightcontrol-server';
import { writeJobSummary } from '../../lib/notification/job-summary';
import type { NotificationRecord } from '../../lib/notification/record';
import { judge } from '../../lib/watch/judge';
import { CONTEXT } from '../support/notifications';

/** The summary of a deployment that ended with these services. */
function summarise(status: string, services: readonly ServiceJson[]): string {
  const { notification } = judge(readDeployment(deploymentJson(CONTEXT.deploymentId, status, services)), CONTEXT);
  if (notification === null) throw new Error(`${status} does not end a watch`);
  return writeJobSummary(notification.record);
}

function record(fields: Partial<NotificationRecord>): NotificationRecord {
  const { executionArn } = CONTEXT;
  return {
    version: 1,
    outcome: 'FAILED',
    watchStartedAt: CONTEXT.startedAt,
    endedAt: CONTEXT.startedAt,
    executionArn,
    ...fields,
  };
}

function rowsOf(summary: string): string[] {
  return summary
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
}

test('300 failed services: those that fit are listed, the others are counted', () => {
  const services = Array.from({ length: 300 }, (_, index) => ({ name: `service-${index}`, status: 'BUILD_ERROR' }));

  const rows = rowsOf(summarise('BUILD_ERROR', services));

  expect(rows.length).toBeGreaterThan(20);
  expect(rows[0]).toBe('| service-0 | BUILD\\_ERROR |  |');
  expect(rows.at(-1)).toBe(`| and ${300 - (rows.length - 1)} more |  |  |`);
});

test('300 services with long errors that need escaping stay far below 1 MiB', () => {
  const error = '$|<*\n'.repeat(1000);
  const services = Array.from({ length: 300 }, (_, index) => ({ name: `$${index}`, status: 'ERROR', error }));

  const summary = summarise('ERROR', services);

  expect(Buffer.byteLength(summary)).toBeLessThan(200 * 1024);
});

test('at most 100 services are listed', () => {
  const services = Array.from({ length: 150 }, (_, index) => ({ name: `service-${index}`, status: 'SUCCESS' }));

  const rows = rowsOf(writeJobSummary(record({ outcome: 'SUCCEEDED', services })));

  expect(rows).toHaveLength(101);
  expect(rows.at(-1)).toBe('| and 50 more |  |  |');
});

test('failed services come first; the others keep their order', () => {
  const services = [
    { name: 'one', status: 'SUCCESS' },
    { name: 'two', status: 'CANCELLED' },
    { name: 'three', status: 'DEPLOY_ERROR' },
  ];

  const rows = rowsOf(summarise('DEPLOY_ERROR', services));

  expect(rows.map((row) => row.split(' ')[1])).toEqual(['three', 'one', 'two']);
});

test('the error does not repeat the status', () => {
  const error = [[{ type: 'BUILD_ERROR', message: 'npm ERR!' }]];

  const rows = rowsOf(summarise('BUILD_ERROR', [{ name: 'web-api', status: 'BUILD_ERROR', error }]));

  expect(rows).toEqual(['| web-api | BUILD\\_ERROR | npm ERR! |']);
});

test('the reason is left out where the services say the same', () => {
  const summary = summarise('BUILD_ERROR', [{ name: 'web-api', status: 'BUILD_ERROR', error: 'npm ERR!' }]);

  expect(summary.match(/npm ERR!/g)).toHaveLength(1);
});

test('the reason is given where no service has failed', () => {
  expect(summarise('ERROR', [])).toContain('Flightcontrol names no failed service.');
});

test('text from outside cannot break out of the table, add markup or make a formula', () => {
  const services = [
    {
      name: 'a|b',
      status: '`c`',
      error: '[d](https://example.com)\n<img src=x> **e** $f$ &amp; ~g~ www.h.org i@j.org',
    },
  ];

  const rows = rowsOf(writeJobSummary(record({ services })));

  expect(rows).toEqual([
    '| a\\|b | \\`c\\` | \\[d\\](https:<span>//</span>example.com)<br>&lt;img src=x&gt; \\*\\*e\\*\\* <span>$</span>f<span>$</span> &amp;amp; \\~g\\~ <span>www</span>.h.org i<span>@</span>j.org |',
  ]);
});

test('services are linked to their addresses where the API gives any', () => {
  const services = [
    { name: 'web-api', status: 'SUCCESS', url: 'https://api.mydomain.com/v_1' },
    { name: 'worker', status: 'SUCCESS' },
  ];

  const summary = writeJobSummary(record({ outcome: 'SUCCEEDED', services }));

  expect(summary).toContain('| Service | Status | Address | Error |\n| --- | --- | --- | --- |\n');
  expect(rowsOf(summary)).toEqual([
    '| web-api | SUCCESS | [api.mydomain.com/v\\_1](https://api.mydomain.com/v_1) |  |',
    '| worker | SUCCESS |  |  |',
  ]);
});

test('a preview environment is named as one', () => {
  const summary = writeJobSummary(record({ environment: { givenId: 'pr-12', preview: true } }));

  expect(summary).toContain('### FAILED: pr-12\n\npreview environment · ');
});

test('the timeline stands between the services and the facts', () => {
  const services = [{ name: 'web-api', status: 'SUCCESS' }];

  const summary = writeJobSummary(record({ services, deploymentId: 'clx1' }), '```mermaid\ngantt\n```');

  expect(summary).toContain('| web-api | SUCCESS |  |\n\n```mermaid\ngantt\n```\n\ndeployment clx1 · ');
});

test('an execution on this machine has no link', () => {
  const executionArn = 'arn:aws:states:local:000000000000:execution:flightwatch:clx1';

  const summary = writeJobSummary(record({ outcome: 'SUCCEEDED', deploymentId: 'clx_1', executionArn }));

  expect(summary).toBe('### SUCCEEDED: deployment clx\\_1\n\ndeployment clx\\_1\n');
});
