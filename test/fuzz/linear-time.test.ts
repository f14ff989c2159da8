import { readSettings } from '../../lib/constructs/settings';
import { parseApiBaseUrl } from '../../lib/flightcontrol/api-base-url';
import { readApiKey } from '../../lib/flightcontrol/api-key';
import { parseDeployHookUrl } from '../../lib/flightcontrol/deploy-hook';
import { readDeployment } from '../../lib/flightcontrol/deployment';
import { parseAnswer } from '../../lib/flightcontrol/parse-answer';
import { redactorOf } from '../../lib/flightcontrol/redact';
import { linkExecution, linkRepository } from '../../lib/notification/links';
import { cleanText, cutMiddle, describeValue, messageOf, oneLine, showValue } from '../../lib/text';
import { describeTaskFailure } from '../../lib/watch/follower';
import { judge } from '../../lib/watch/judge';
import { joinSentence, readErrorMessage } from '../../lib/watch/task-error';
import { failWatch } from '../../lib/watch/watch-failure';
import { readWatchInput, requestedDeploymentId } from '../../lib/watch/watch-input';
import { HOSTILE_JSON, HOSTILE_TEXTS } from '../support/hostile-inputs';
import { findSlowness } from '../support/hostile-time';
import { CONTEXT } from '../support/notifications';
import { CANARY_KEY } from '../support/world';

const redact = redactorOf(CANARY_KEY);

const FIELDS = 12;

/** An answer with the same value in every field. */
function answerOf(value: unknown, status: unknown = 'BUILD_ERROR') {
  const service = { serviceName: value, serviceGivenId: value, type: value };
  return {
    deploymentId: 'clx1',
    status,
    createdAt: value,
    environmentId: value,
    environmentGivenId: value,
    repoUrl: value,
    gitBranch: value,
    gitCommit: value,
    serviceDeployments: [{ service, status: value, error: value }, value],
  };
}

/** From the answer to the notification. */
function tellAbout(value: unknown) {
  return judge(readDeployment(answerOf(value), redact), CONTEXT);
}

function settingsOf(value: unknown) {
  const settings = {
    notifyEmails: [value],
    apiBaseUrl: value,
    apiKeySecretArn: value,
    stackName: value,
    pacing: value,
  };
  return readSettings({
    tryGetContext: (key) => (key === 'flightwatch' ? settings : undefined),
  });
}

type Readers = Readonly<Record<string, (text: string) => unknown>>;

/** What an answer of the API or of a hook may hold: 1 MiB. */
const READERS_OF_ANSWERS: Readers = {
  cleanText,
  oneLine,
  cutMiddle: (text) => cutMiddle(text, 500),
  messageOf: (text) => messageOf(new Error(text, { cause: new Error(text) })),
  redact,
  parseAnswer,
  'an answer': (text) => tellAbout(text.slice(0, text.length / FIELDS)),
  'the status of an answer': (text) => judge(readDeployment(answerOf('', text), redact), CONTEXT),
};

/** What a state, an event, a secret or a setting may hold: 256 KiB and less. */
const READERS_OF_STATES: Readers = {
  showValue,
  describeValue,
  joinSentence: (text) => joinSentence(text, text),
  'the reason of a failure': (text) => failWatch('clx1', CONTEXT, { reason: text, nextStep: text }),
  'the cause of a task': (text) => describeTaskFailure('Error', text),
  'the JSON cause of a task': (text) => readErrorMessage(JSON.stringify({ errorMessage: text })),
  'the input of a watch': (text) => [
    readWatchInput(text, 5),
    readWatchInput({ deploymentId: text, timeoutMinutes: text }, 5),
  ],
  'the id of an input': (text) => requestedDeploymentId({ deploymentId: text }),
  'links to a repository': (text) => linkRepository({ url: `https://github.com/${text}`, branch: text, commit: text }),
  'an address': (text) => linkRepository({ url: text }),
  'an ARN': (text) => linkExecution(`arn:aws:states:eu-west-1:123456789012:execution:${text}`),
  'an API key': readApiKey,
  'an API key in JSON': (text) => readApiKey(JSON.stringify({ apiKey: text })),
  'the address of an API': (text) => [attempt(() => parseApiBaseUrl(text)), parseApiBaseUrl(`https://a/${text}`)],
  'the address of a deploy hook': (text) => [
    attempt(() => parseDeployHookUrl(text)),
    parseDeployHookUrl(`https://a/${text}`),
  ],
};

/** What it throws is the subject of another test. */
function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

function findSlowTexts(read: (text: string) => unknown, largestKibibytes: number): string[] {
  return Object.entries(HOSTILE_TEXTS).flatMap(([name, make]) => {
    const slowness = findSlowness(make, (text) => attempt(() => read(text)), largestKibibytes);
    return slowness === undefined ? [] : [`${name}: ${slowness}`];
  });
}

test.each(Object.entries(READERS_OF_ANSWERS))('%s: linear time for any text that an answer may hold', (_, read) => {
  expect(findSlowTexts(read, 1024)).toEqual([]);
});

test.each(Object.entries(READERS_OF_STATES))('%s: linear time for any text that a state may hold', (_, read) => {
  expect(findSlowTexts(read, 256)).toEqual([]);
});

test('settings: linear time for any text of 64 KiB', () => {
  expect(findSlowTexts(settingsOf, 64)).toEqual([]);
});

test.each(Object.entries(HOSTILE_JSON))('an answer with %s takes linear time', (_, make) => {
  expect(findSlowness(make, tellAbout)).toBeUndefined();
  expect(
    findSlowness((size) => ({ ...answerOf('a'), serviceDeployments: make(size) }), readDeployment),
  ).toBeUndefined();
  expect(findSlowness((size) => JSON.stringify(make(size)), parseAnswer)).toBeUndefined();
});
