import type { Problem } from '../../lib/watch/ask';
import { judgeProblem } from '../../lib/watch/problem';
import { CONTEXT } from '../support/notifications';

const LOCAL_ARN = 'arn:aws:states:local:000000000000:execution:flightwatch:clx1';
const STATE_MACHINE = '--state-machine-arn arn:aws:states:eu-west-1:123456789012:stateMachine:flightwatch';
const SET_KEY = `    npm run --silent flightwatch -- set-key ${STATE_MACHINE}`;
const WATCH = `    npm run --silent flightwatch -- watch ${CONTEXT.deploymentId} ${STATE_MACHINE}`;
const RUN_THIS = 'To do so, run this in a checkout of Flightwatch:';

function emailAbout(problem: Problem, executionArn = CONTEXT.executionArn) {
  const look = judgeProblem(problem, { ...CONTEXT, now: new Date(CONTEXT.startedAt), executionArn, keyLocation: KEY });
  if (look.notification === null) throw new Error('The watch goes on.');
  return look.notification.messages;
}

const KEY = 'the secret flightcontrol';
const PLACEHOLDER: Problem = { kind: 'key unusable', message: 'still holds a placeholder' };
const REFUSED: Problem = { kind: 'key refused', message: 'GET /api/deployments/clx1: 401' };

test.each([
  ['is still a placeholder', PLACEHOLDER, `Put the key into ${KEY}; then start the watch again.`],
  ['is refused', REFUSED, `Create a new key in Flightcontrol and put it into ${KEY}; then start the watch again.`],
])(
  'if the key %s, the e-mail names the command that stores another one, then the one that watches',
  (_, problem, advice) => {
    expect(emailAbout(problem).email).toContain(`What to do:\n${[advice, RUN_THIS, SET_KEY, WATCH].join('\n')}\n\n`);
  },
);

test('in chat, each command is a step of its own, which is not cut', () => {
  const { content } = JSON.parse(emailAbout(PLACEHOLDER).https);

  expect(content.nextSteps).toEqual([
    `Put the key into ${KEY}; then start the watch again. ${RUN_THIS}`,
    SET_KEY.trim(),
    WATCH.trim(),
  ]);
});

test('a watch on this machine has no such commands: its terminal still shows the one that started it', () => {
  const { email } = emailAbout(PLACEHOLDER, LOCAL_ARN);

  expect(email).toContain(`Put the key into ${KEY}; then start the watch again.\n\n`);
  expect(email).not.toContain('npm run');
});
