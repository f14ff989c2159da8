import type { IncomingMessage, ServerResponse } from 'node:http';
import { createVerdictReader } from '../../lib/aws/verdict-reader';
import { writeVerdict } from '../../lib/aws/write-verdict';
import { type LoopbackServer, serveOnLoopback } from '../../lib/local/loopback-server';
import type { StoredVerdict } from '../../lib/watch/stored-verdict';
import { type LocalHistoryTable, startHistoryTable } from '../support/history-table';

const PAST: StoredVerdict = {
  deploymentId: 'deploy-1',
  outcome: 'FAILED',
  startedAt: '2026-01-01T01:00:00.000Z',
  endedAt: '2026-01-01T01:05:00.000Z',
  watchEndedAt: '2026-01-01T01:05:00.000Z',
  executionArn: 'arn:aws:states:us-east-1:123456789012:execution:flightwatch:deploy-1-1',
  environment: { key: 'env-1' },
};

let warn: jest.SpyInstance;

beforeAll(() => {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'CANARY_of_aws',
    AWS_REGION: 'us-east-1',
  });
});
beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation();
});
afterEach(() => {
  expect(JSON.stringify(warn.mock.calls)).not.toContain('CANARY');
  jest.restoreAllMocks();
});

describe('a table', () => {
  let table: LocalHistoryTable;

  beforeEach(async () => {
    table = await startHistoryTable();
    process.env.AWS_ENDPOINT_URL_DYNAMODB = table.endpoint;
  });
  afterEach(() => table.close());

  test('is read with the newest deployment first', async () => {
    await writeVerdict(table, PAST);
    const newer = { ...PAST, deploymentId: 'deploy-3', startedAt: '2026-01-01T03:00:00.000Z' };
    await writeVerdict(table, newer);

    const found = await createVerdictReader(table.tableName)('env-1', 2000);

    expect(found).toEqual({ verdicts: [newer, PAST], isComplete: true });
    expect(warn).not.toHaveBeenCalled();
  });

  test('that does not exist, as in a stack that is half upgraded, is warned of once', async () => {
    const read = createVerdictReader('no-such-table');

    expect([await read('env-1', 2000), await read('env-1', 2000)]).toEqual([undefined, undefined]);

    const line = { message: 'the history could not be read', error: 'ResourceNotFoundException' };
    expect(warn.mock.calls).toEqual([[line]]);
  });
});

function refuse(status: number, type: string) {
  return (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'CANARY of the table' }),
    );
  };
}

const HOSTILE: Readonly<Record<string, [string, (request: IncomingMessage, response: ServerResponse) => void]>> = {
  'denies it': ['AccessDeniedException', refuse(400, 'AccessDeniedException')],
  'throttles it': ['ProvisionedThroughputExceededException', refuse(400, 'ProvisionedThroughputExceededException')],
  'has an error of its own': ['InternalServerError', refuse(500, 'InternalServerError')],
  'answers nonsense': ['SyntaxError', (_, response) => response.end('<html>CANARY</html>')],
  'never answers': ['TimeoutError', () => {}],
  'cuts the connection': ['Error', (request) => request.socket.destroy()],
};

describe.each(Object.entries(HOSTILE))('a table that %s', (_, [error, answer]) => {
  let server: LoopbackServer;

  beforeEach(async () => {
    server = await serveOnLoopback(answer);
    process.env.AWS_ENDPOINT_URL_DYNAMODB = server.url;
  });
  afterEach(() => server.close());

  test('is unknown after two seconds at most, and warned of by the name of the error', async () => {
    const startedAt = performance.now();

    expect(await createVerdictReader('history')('env-1', 2000)).toBeUndefined();

    expect(performance.now() - startedAt).toBeLessThan(2250);
    expect(warn.mock.calls).toEqual([[{ message: 'the history could not be read', error: expect.any(String) }]]);
    expect(warn.mock.calls[0][0].error).toBe(error);
  });

  test('is given up sooner if the watch has less time', async () => {
    const startedAt = performance.now();

    expect(await createVerdictReader('history')('env-1', 100)).toBeUndefined();

    expect(performance.now() - startedAt).toBeLessThan(350);
  });
});
