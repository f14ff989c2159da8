import { isMatch } from 'matcher';
import { DeployedStack } from './support/deployed-stack';
import { readText } from './support/markdown';

const stack = new DeployedStack({
  notifyEmails: ['ops@example.com'],
  alarmEmails: ['alarms@example.com'],
  githubWebhook: true,
  githubEvents: true,
});
const { Resources } = stack.template;

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: { readonly Service?: string };
}

/** Who a role belongs to, by its logical id. */
const ROLES: readonly (readonly [RegExp, string])[] = [
  [/StartWatchFunction/, 'start function'],
  [/PollDeployment/, 'poll function'],
  [/ReportBrokenWatchFunction/, 'watchdog function'],
  [/SweepWatchesFunction/, 'sweep function'],
  [/RecordOutcomeFunction/, 'recording function'],
  [/Receiver/, 'webhook receiver'],
  [/FloodProtectionStateMachineRole/, 'flood protection'],
  [/FloodProtectionStateMachineEventsRole/, 'event rules'],
  [/WatchStateMachine/, 'watch state machine'],
  [/WatchdogReport/, 'report state machine'],
];

const SERVICES: readonly (readonly [RegExp, string])[] = [
  [/^events\./, 'event rules'],
  [/^sns\./, 'SNS'],
  [/^cloudwatch\./, 'CloudWatch'],
  [/^\*$/, 'anyone'],
];

/** What a resource is called in docs/security.md, by what CloudFormation puts into the policy. */
const RESOURCES: readonly (readonly [RegExp, string])[] = [
  [/^"\*"$/, '*'],
  [/"\*"/, '*'],
  [/ApiKey/, 'the API key secret'],
  [/WebhookSecret/, 'the secret of the webhook'],
  [/event-bus/, 'the event bus'],
  [/HistoryTable/, 'the history table'],
  [/PollDeploymentLogs|FunctionLogs/, 'its own log group'],
  [/PollDeployment/, 'the poll function'],
  [/ReceiverLogs/, 'its own log group'],
  [/Receiver/, 'the webhook receiver'],
  [/FloodProtection/, 'the flood protection'],
  [/:execution:.*WatchStateMachine/, 'executions of watches'],
  [/WatchStateMachine/, 'the watch state machine'],
  [/:execution:.*WatchdogReport/, 'executions of reports'],
  [/WatchdogReport/, 'the report state machine'],
  [/Notifications/, 'the notification topic'],
  [/AlarmsTopic/, 'the alarm topic'],
  [/DeadLetters/, 'the dead-letter queue'],
];

function nameOf(text: string, names: readonly (readonly [RegExp, string])[]): string {
  const found = names.find(([pattern]) => pattern.test(text));
  if (found === undefined) throw new Error(`docs/security.md has no word for ${text}`);
  return found[1];
}

/** `who: action: on`. */
function grantsIn(statements: readonly Statement[], who: (statement: Statement) => string): string[] {
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) =>
      [statement.Action].flat().map((action) => {
        const on = nameOf(JSON.stringify(statement.Resource), RESOURCES);
        return `${who(statement)}: ${action}: ${on}`;
      }),
    );
}

function propertiesOf(type: string) {
  return stack.idsOf(type).map((id) => Resources[id]?.Properties as Readonly<Record<string, never>>);
}

function statementsOf(policy: { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }) {
  return policy.PolicyDocument.Statement;
}

function grantsOfTemplate(): string[] {
  const ofRoles = propertiesOf('AWS::IAM::Policy').flatMap((policy) =>
    grantsIn(statementsOf(policy as never), () => nameOf(JSON.stringify(policy.Roles), ROLES)),
  );
  const ofServices = [...propertiesOf('AWS::SQS::QueuePolicy'), ...propertiesOf('AWS::SNS::TopicPolicy')].flatMap(
    (policy) => grantsIn(statementsOf(policy as never), ({ Principal }) => nameOf(Principal?.Service ?? '', SERVICES)),
  );
  const ofRules = propertiesOf('AWS::Lambda::Permission').map(({ Action, Principal, FunctionName }) => {
    const on = Principal === '*' ? nameOf(JSON.stringify(FunctionName), RESOURCES) : 'its own function';
    return `${nameOf(Principal ?? '', SERVICES)}: ${Action}: ${on}`;
  });
  return [...new Set([...ofRoles, ...ofServices, ...ofRules])].sort();
}

function grantsOfPage(): string[] {
  const page = readText('docs/security.md');
  const [, table = ''] = /\| who +\| may +\| on +\|\n\|[- |]+\|\n((?:\|.*\|\n)+)/.exec(page) ?? [];
  const rows = table.trim().split('\n');
  return rows
    .flatMap((row) => {
      const [who = '', may = '', on = ''] = row
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      return [...may.matchAll(/`([^`]+)`/g)].map(([, action]) => `${who}: ${action}: ${on.replaceAll('`', '')}`);
    })
    .sort();
}

/** Patterns such as `xray:Put*`. In a cell, an action without a service is of the one before it. */
function actionsOfAttackersTable(): string[] {
  const [, table = ''] = /\| action +\| who .*\|\n\|[- |]+\|\n((?:\|.*\|\n)+)/.exec(readText('docs/security.md')) ?? [];
  return table
    .trim()
    .split('\n')
    .flatMap((row) => {
      const actions = [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, action = '']) => action);
      const [service] = actions[0]?.split(':') ?? [];
      return actions.map((action) => (action.includes(':') ? action : `${service}:${action}`));
    });
}

test('docs/security.md says of every action what it would give to an attacker, and of no other', () => {
  const granted = [...new Set(grantsOfTemplate().map((grant) => grant.split(': ')[1] ?? ''))];
  const listed = actionsOfAttackersTable();
  const ofKeys = listed.filter((action) => action.startsWith('kms:'));

  expect(granted.filter((action) => !isMatch(action, listed))).toEqual([]);
  expect(listed.filter((pattern) => !granted.some((action) => isMatch(action, pattern)))).toEqual(ofKeys);
});

test('docs/security.md lists every permission of the stack, with its resource, and no other', () => {
  expect(grantsOfPage()).toEqual(grantsOfTemplate());
});
