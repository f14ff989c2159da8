import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { STATES } from '../../lib/contract/states';
import type { HistoryEvent } from '../../lib/local/engine';
import { deploymentJson } from '../../lib/local/flightcontrol-server';
import { answer, CANARY_KEY, STARTED_AT, watch } from '../support/world';

const unauthorized = { status: 401, json: { error: 'Invalid API key' } };
const notFound = { status: 404, json: { error: 'Deployment not found' } };

function throttled(retryAfter?: string) {
  return { status: 429, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter }, json: {} };
}

function html(status: number, headers = {}) {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end(`<html>${CANARY_KEY}</html>`);
  };
}

function text(body: string | Buffer, headers = {}) {
  return (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };
}

const hang = () => {};
const reset = (response: ServerResponse) => void response.socket?.destroy();
function trickle(response: ServerResponse) {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}

describe('invalid input', () => {
  test.each([
    ['missing', {}, 'deploymentId must be', 'got nothing'],
    ['null', { deploymentId: null }, 'deploymentId must be', 'got null'],
    ['empty', { deploymentId: '' }, 'deploymentId must be', 'got ""'],
    ['too long', { deploymentId: 'x'.repeat(65) }, 'deploymentId must be', 'got text of 65 characters'],
    ['very long', { deploymentId: 'x'.repeat(100_000) }, 'deploymentId must be', 'got text of 100000 characters'],
    ['a number', { deploymentId: 42 }, 'deploymentId must be', 'got 42'],
    ['a path', { deploymentId: '../../admin' }, 'deploymentId must be', 'got "../../admin"'],
    ['with a line break', { deploymentId: 'clx1\n' }, 'deploymentId must be', 'got "clx1\\n"'],
    ['no object: text', 'clx1', 'must be a JSON object', 'got "clx1"'],
    ['no object: a list', ['clx1'], 'must be a JSON object', 'got a list'],
    ['no object: null', null, 'must be a JSON object', 'got null'],
    ['no object: a number', 7, 'must be a JSON object', 'got 7'],
    ['timeoutMinutes of 0', { deploymentId: 'clx1', timeoutMinutes: 0 }, 'timeoutMinutes must be', 'got 0'],
    ['timeoutMinutes of 1441', { deploymentId: 'clx1', timeoutMinutes: 1441 }, 'timeoutMinutes must be', 'got 1441'],
    ['timeoutMinutes as text', { deploymentId: 'clx1', timeoutMinutes: '5' }, 'timeoutMinutes must be', 'got "5"'],
    ['timeoutMinutes of 1.5', { deploymentId: 'clx1', timeoutMinutes: 1.5 }, 'timeoutMinutes must be', 'got 1.5'],
  ])('%s: WATCH_FAILED names the field and what was received', async (_, input, field, received) => {
    const run = await watch({ script: ['SUCCESS'], input });

    expect(run.execution.error).toBe('WatchFailed');
    expect(run.execution.cause).toContain(field);
    expect(run.execution.cause).toContain(received);
    expect(run.execution.cause?.length).toBeLessThan(400);
    expect(run.notifications).toEqual([
      expect.objectContaining({ outcome: 'WATCH_FAILED', reason: run.execution.cause }),
    ]);
    expect(run.requests).toEqual([]);
  });
});

describe('the API key', () => {
  test.each([
    ['empty', '', 'is empty'],
    ['missing', undefined, 'is empty'],
    ['a placeholder', 'replace-me', 'placeholder'],
    ['with a line break', `${CANARY_KEY}\n${CANARY_KEY}`, 'line break'],
    ['JSON without apiKey', '{"key":"CANARY-12345"}', '"apiKey"'],
    ['JSON that is cut', '{"apiKey":"CANARY-12345', 'not valid JSON'],
  ])('%s: WATCH_FAILED says what to do, and the API is not asked', async (_, value, problem) => {
    const run = await watch({ script: ['SUCCESS'], secret: [value] });

    expect(run.execution).toMatchObject({ error: 'WatchFailed', cause: expect.stringContaining(problem) });
    expect(run.published[0]?.messages.email).toContain('Put the key into the secret arn:key');
    expect(run.notifications).toHaveLength(1);
    expect(run.requests).toEqual([]);
  });

  test('may have white space around it, and may be JSON with apiKey', async () => {
    const run = await watch({ script: ['SUCCESS'], secret: [' {"apiKey": " plain-key-123\\n"} \n'] });

    expect(run.execution.status).toBe('SUCCEEDED');
    expect(run.requests[0]?.authorization).toBe('plain-key-123');
  });

  test('refused twice: WATCH_FAILED', async () => {
    const run = await watch({ script: [unauthorized] });

    expect(run.execution).toMatchObject({
      error: 'WatchFailed',
      cause: expect.stringContaining('refused the API key'),
    });
    expect(run.requests).toHaveLength(2);
    expect(run.notifications).toHaveLength(1);
  });

  test('rotated during a watch: read again at once, without a failure', async () => {
    const run = await watch({
      script: ['BUILDING', unauthorized, 'SUCCESS'],
      secret: ['old-key-12345', 'new-key-12345'],
    });

    expect(run.execution.status).toBe('SUCCEEDED');
    expect(run.requests.map(({ authorization }) => authorization)).toEqual([
      'old-key-12345',
      'old-key-12345',
      'new-key-12345',
    ]);
  });

  test('is read again after five minutes', async () => {
    const slow = { script: [...Array(60).fill('PENDING'), 'SUCCESS'], secret: ['old-key-12345', 'new-key-12345'] };

    const run = await watch(slow);

    expect(run.requests.at(-1)?.authorization).toBe('new-key-12345');
  });

  test.each([
    ['AccessDeniedException', 'may not be read'],
    ['ResourceNotFoundException', 'does not exist'],
  ])('a secret that answers %s: WATCH_FAILED at once', async (name, problem) => {
    const run = await watch({ script: ['SUCCESS'], secret: [Object.assign(new Error(name), { name })] });

    expect(run.execution).toMatchObject({ error: 'WatchFailed', cause: expect.stringContaining(problem) });
  });

  test('Secrets Manager unavailable for a short time: retried', async () => {
    const down = Object.assign(new Error('connect ETIMEDOUT'), { name: 'TimeoutError' });

    const run = await watch({ script: ['SUCCESS'], secret: [down, down, 'plain-key-123'] });

    expect(run.execution.status).toBe('SUCCEEDED');
  });

  test('is redacted in an answer that repeats it', async () => {
    const echo = answer('BUILD_ERROR', [
      { name: `web ${CANARY_KEY}`, status: 'BUILD_ERROR', error: { [CANARY_KEY]: CANARY_KEY } },
    ]);

    const run = await watch({ script: [echo] });

    expect(run.notifications[0]?.reason).toContain('[redacted]');
  });
});

describe('transient errors are retried', () => {
  test.each([
    ['500', { status: 500, json: { error: 'x', message: 'There was an unexpected error.' } }],
    ['502 with HTML', html(502)],
    ['a reset connection', reset],
    ['a hanging answer', hang],
    ['a trickling answer', trickle],
    ['JSON cut short', text('{"deploymentId":"clx1","sta')],
    ['a body that is not JSON', text('<html>maintenance</html>')],
    ['a missing status', { json: { deploymentId: 'clx1' } }],
    ['a status of the wrong type', { json: { deploymentId: 'clx1', status: 200 } }],
    ['an answer about another deployment', { json: deploymentJson('clx2', 'BUILD_ERROR') }],
    ['an answer of 5 MB', text(' '.repeat(5_000_000))],
    ['a compressed answer of 50 MB', text(gzipSync(Buffer.alloc(50_000_000, ' ')), { 'content-encoding': 'gzip' })],
    ['a redirect', html(302, { location: 'http://127.0.0.1:9/stolen' })],
    ['a list instead of an object', { json: [] }],
  ])('%s, three times', async (_, fault) => {
    const run = await watch({ script: ['BUILDING', fault, fault, fault, 'SUCCESS'] });

    expect(run.execution.status).toBe('SUCCEEDED');
    expect(run.notifications).toHaveLength(1);
    expect(run.requests).toHaveLength(5);
  });

  test('a watch survives an API that is down for ten minutes', async () => {
    const down = { answerAt: (seconds: number) => (seconds < 600 ? { status: 503, json: {} } : answer('SUCCESS')) };

    const run = await watch({ script: ['BUILDING', down] });

    expect(run.execution.status).toBe('SUCCEEDED');
    expect(run.secondsTaken).toBeGreaterThan(600);
  });

  test('an API that stays down: WATCH_FAILED with the last answer, the environment and what to do', async () => {
    const run = await watch({ script: ['BUILDING', { status: 503, json: { error: 'Maintenance' } }] });

    expect(run.execution.error).toBe('WatchFailed');
    expect(run.execution.cause).toMatch(
      /^No usable answer for 1\d minutes, last: GET \/api\/deployments\/clx1: 503 Maintenance\.$/,
    );
    expect(run.published[0]?.subject).toBe('WATCH_FAILED: production, main');
    expect(run.published[0]?.messages.email).toContain("Look at Flightcontrol's dashboard");
    expect(run.notifications).toHaveLength(1);
  });

  test('answers that are never understood: WATCH_FAILED within minutes', async () => {
    const run = await watch({ script: [text('{}')] });

    expect(run.execution.cause).toContain('expected text in the field deploymentId');
    expect(run.secondsTaken).toBeLessThan(8 * 60);
  });

  test('the time limit is reached while the API is down: WATCH_FAILED', async () => {
    const run = await watch({ script: ['BUILDING', html(502)], settings: { timeoutMinutes: 2 } });

    expect(run.execution.error).toBe('WatchFailed');
    expect(run.execution.cause).toContain('The watch reached its time limit when Flightcontrol gave no usable answer');
  });
});

describe('a watch whose first look gets no answer', () => {
  test('shows the problem at once, and later ones only after it has looked for a while', async () => {
    const { events } = await watch({ script: [html(502), html(502), html(502), 'SUCCESS'] });

    expect(secondsOfPolls(events)).toEqual([0, expect.any(Number)]);
  });

  test('keeps on looking if the deployment is not found yet', async () => {
    const { events } = await watch({ script: [notFound, notFound, 'SUCCESS'] });

    expect(secondsOfPolls(events)).toEqual([expect.any(Number)]);
    expect(secondsOfPolls(events)[0]).toBeGreaterThan(5);
  });
});

/** When the history got a round. */
function secondsOfPolls(events: readonly HistoryEvent[]): number[] {
  const polls = events.filter(({ type, state }) => type === 'StateExited' && state?.name === STATES.poll);
  return polls.map(({ timestamp }) => Math.round((timestamp - STARTED_AT.getTime()) / 1000));
}

describe('404', () => {
  test('is retried during the first minute', async () => {
    const run = await watch({ script: [notFound, notFound, 'SUCCESS'] });

    expect(run.execution.status).toBe('SUCCEEDED');
  });

  test('that lasts: WATCH_FAILED after a minute', async () => {
    const run = await watch({ script: [notFound] });

    expect(run.execution).toMatchObject({
      error: 'WatchFailed',
      cause: expect.stringContaining('does not know this deployment'),
    });
    expect(run.secondsTaken).toBeGreaterThanOrEqual(60);
    expect(run.secondsTaken).toBeLessThan(70);
  });
});

describe('429', () => {
  test.each([
    ['seconds', '50', 50],
    ['a date', 'Mon, 09 Jan 2023 22:11:25 GMT', 80],
    ['rubbish', 'soon, perhaps', 30],
    ['nothing', undefined, 30],
  ])('with %s: the next look waits that long', async (_, retryAfter, atLeast) => {
    const times: number[] = [];
    const answerAt = (seconds: number) => {
      times.push(seconds);
      // The date is relative to the answer's own.
      const headers = { ...throttled(retryAfter).headers, date: 'Mon, 09 Jan 2023 22:10:05 GMT' };
      return times.length === 1 ? { ...throttled(retryAfter), headers } : answer('SUCCESS');
    };

    const run = await watch({ script: [{ answerAt }] });

    expect(run.execution.status).toBe('SUCCEEDED');
    expect(times[1]).toBeGreaterThanOrEqual(atLeast);
    expect(times[1]).toBeLessThan(atLeast * 1.2 + 5);
  });

  test('for longer than the watch may take: WATCH_FAILED', async () => {
    const run = await watch({ script: ['BUILDING', throttled('999999')], settings: { timeoutMinutes: 5 } });

    expect(run.execution.error).toBe('WatchFailed');
    expect(run.secondsTaken).toBeLessThan(310);
  });
});

test('every shape of an error is read', async () => {
  const shapes = [
    null,
    'plain',
    [{ BUILD_ERROR: 'in an object' }],
    [[{ type: 'T', message: 'in lists' }]],
    7,
    { a: { b: ['deep'] } },
  ];
  const services = shapes.map((error, index) => ({ name: `s${index}`, status: 'ERROR', error }));

  const run = await watch({ script: [answer('ERROR', services)] });

  expect(run.notifications[0]?.services?.map(({ error }) => error)).toEqual([
    undefined,
    'plain',
    'BUILD_ERROR: in an object',
    'T: in lists',
    '7',
    'a: b: deep',
  ]);
});
