import { DEFAULT_API_SETTINGS } from '../../lib/contract/poll-environment';
import { readShippedTemplate } from '../../lib/local/definition';
import { FastTime } from '../../lib/local/fast-time';
import { deploymentJson, startFlightcontrolServer } from '../../lib/local/flightcontrol-server';
import { LocalHistory } from '../../lib/local/local-history';
import { type LocalResult, runWatch } from '../../lib/local/run-watch';
import type { NotificationRecord } from '../../lib/notification/record';

const FIRST_AT = Date.UTC(2026, 0, 1, 10);
const HOUR_MILLISECONDS = 3_600_000;

interface PlayedDeployment {
  readonly hour: number;
  readonly status: string;
}

/** A deployment that was created at that hour and takes five minutes, watched to its end. */
async function watchDeployment({ hour, status }: PlayedDeployment, history: LocalHistory): Promise<LocalResult> {
  const createdAt = new Date(FIRST_AT + hour * HOUR_MILLISECONDS);
  return FastTime.run(Number.POSITIVE_INFINITY, createdAt, async (time) => {
    const server = await startFlightcontrolServer(({ deploymentId }) => {
      const isOver = Date.now() - createdAt.getTime() >= 300_000;
      const json = deploymentJson(deploymentId, isOver ? status : 'BUILDING');
      return { json: { ...json, createdAt: createdAt.toISOString() } };
    });
    try {
      return await runWatch({
        template: readShippedTemplate(),
        input: { deploymentId: `deploy-${hour}` },
        executionName: `deploy-${hour}-1`,
        api: { ...DEFAULT_API_SETTINGS, apiBaseUrl: server.url },
        readKey: async () => 'key',
        keyLocation: 'nowhere',
        warn: () => {},
        random: () => 0.5,
        history,
        time,
      });
    } finally {
      await server.close();
    }
  });
}

const STORY: readonly PlayedDeployment[] = [
  { hour: 0, status: 'SUCCESS' },
  { hour: 1, status: 'BUILD_ERROR' },
  { hour: 2, status: 'DEPLOY_ERROR' },
  { hour: 3, status: 'CANCELLED' },
  { hour: 4, status: 'SUCCESS' },
];

test('success, failure, failure, cancelled and success in one environment tell how they follow each other', async () => {
  const history = new LocalHistory();
  const told = [];
  for (const deployment of STORY) {
    const { published } = await watchDeployment(deployment, history);
    told.push(published.flatMap(({ subject, attributes }) => [subject, attributes.trend]));
  }

  expect(told).toEqual([
    ['SUCCEEDED: production, main', 'first'],
    ['FAILED: production, main', 'broke'],
    ['FAILED: production, main, 2nd failure in a row', 'still failing'],
    ['CANCELLED: production, main', undefined],
    ['SUCCEEDED: production, main, recovered after 2 failures', 'recovered'],
  ]);
});

test('each watch puts one event on the bus: its record', async () => {
  const { published, finished } = await watchDeployment({ hour: 0, status: 'SUCCESS' }, new LocalHistory());

  expect(finished).toEqual(published.map(({ messages }) => JSON.parse(messages.sqs ?? '') as NotificationRecord));
});

test('a deployment that is watched again is not its own past', async () => {
  const history = new LocalHistory();
  await watchDeployment({ hour: 0, status: 'BUILD_ERROR' }, history);

  const { published } = await watchDeployment({ hour: 0, status: 'SUCCESS' }, history);

  expect(published[0]?.attributes.trend).toBe('first');
});
