import {
  gitHubFilterEnvironment,
  historyEnvironment,
  receiverEnvironment,
  recordEnvironment,
  reportEnvironment,
  startEnvironment,
} from '../../lib/contract/environment';
import { DEFAULT_API_SETTINGS, pollEnvironment } from '../../lib/contract/poll-environment';

const POLL = { ...DEFAULT_API_SETTINGS, apiBaseUrl: 'https://example.com/api', apiKeySecretArn: 'arn:key' };

const CODECS = [
  ['poll', pollEnvironment, POLL],
  ['start', startEnvironment, { stateMachineArn: 'arn:watches' }],
  ['report', reportEnvironment, { watchStateMachineArn: 'arn:watches', reportStateMachineArn: 'arn:reports' }],
  [
    'receiving',
    receiverEnvironment,
    { secretArn: 'arn:secret', eventBusName: 'default', eventSource: 'flightcontrol', stateMachineName: 'flightwatch' },
  ],
  ['receiving or start', gitHubFilterEnvironment, { environments: ['prod*', 'staging'], previewEnvironments: false }],
  ['recording', recordEnvironment, { stateMachineName: 'flightwatch' }],
] as const;

test.each(CODECS)('the %s function reads what the stack writes', (_, codec, values) => {
  expect(codec.decode(codec.encode(values as never))).toEqual(values);
});

test.each(['history-table', undefined])('a function knows its history table: %s', (tableName) => {
  expect(historyEnvironment.decode(historyEnvironment.encode(tableName))).toBe(tableName);
});

const REQUIRED = CODECS.flatMap(([name, codec, values]) =>
  Object.keys(codec.encode(values as never))
    .filter((variable) => variable !== 'FLIGHTCONTROL_API_BASE_URL')
    .map((variable) => [name, variable, codec, values] as const),
);

describe.each(REQUIRED)('the %s function without %s', (_, variable, codec, values) => {
  test.each([undefined, ''])('fails with the name of the variable (%j)', (value) => {
    const variables = { ...codec.encode(values as never), [variable]: value };

    expect(() => codec.decode(variables)).toThrow(`The environment variable ${variable} is missing`);
  });
});

test.each([['FLIGHTCONTROL_API', 'v2', 'holds "v2", expected legacy or v1']])(
  '%s with a value that cannot be read fails with name and value',
  (variable, value, message) => {
    const variables = { ...pollEnvironment.encode(POLL), [variable]: value };

    expect(() => pollEnvironment.decode(variables)).toThrow(`The environment variable ${variable} ${message}`);
  },
);
