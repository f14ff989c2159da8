import { CHECKOUT_COMMAND } from '../../lib/contract/own-command';
import { writeCommand } from '../../lib/notification/commands';
import packageJson from '../../package.json';

const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution';

test.each([
  ['flightwatch', `${EXECUTION}:flightwatch:clx1-1`, 'arn:aws:states:eu-west-1:123456789012:stateMachine:flightwatch'],
  ['another one', `${EXECUTION}:other_2:clx1-1`, 'arn:aws:states:eu-west-1:123456789012:stateMachine:other_2'],
  [
    'one in China',
    'arn:aws-cn:states:cn-north-1:123456789012:execution:flightwatch:clx1-1',
    'arn:aws-cn:states:cn-north-1:123456789012:stateMachine:flightwatch',
  ],
])('a command names the state machine of the watch, which also says the Region: %s', (_, executionArn, expected) => {
  expect(writeCommand('watch clx1', executionArn)).toBe(
    `npm run --silent flightwatch -- watch clx1 --state-machine-arn ${expected}`,
  );
});

test.each([
  ['an execution on this machine', 'arn:aws:states:local:000000000000:execution:flightwatch:clx1'],
  ['a name that a shell could read as more', `${EXECUTION}:a$(reboot):clx1-1`],
  ['no ARN', 'flightwatch'],
])('a command names no state machine for %s', (_, executionArn) => {
  expect(writeCommand('watch clx1', executionArn)).toBe('npm run --silent flightwatch -- watch clx1');
});

test('the command is a script of package.json', () => {
  const [, script = ''] = /^npm run --silent (\S+) --$/.exec(CHECKOUT_COMMAND) ?? [];

  expect(packageJson.scripts).toHaveProperty(script);
});
