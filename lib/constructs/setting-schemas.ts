import * as v from 'valibot';
import { API_GENERATIONS } from '../contract/api-generations';
import { PACING_BOUNDS, type Pacing } from '../contract/pacing';
import { MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES } from '../contract/time-limit';
import { showValue } from '../text';
import { NOTIFY_ON } from './deployment-monitor-props';
import {
  API_BASE_URL,
  EVENT_SOURCE,
  emails,
  environments,
  expected,
  integer,
  isRecord,
  LOG_RETENTION_DAYS,
  oneOf,
  SLACK_CHANNEL_ID,
  SLACK_WORKSPACE_ID,
  STATE_MACHINE_NAME,
  TRUE_OR_FALSE,
  textLike,
  type Values,
} from './value-schemas';

/** What becomes of the resources that hold data when the stack is deleted. */
export const REMOVAL_POLICIES = ['destroy', 'retain'] as const;

function seconds(name: keyof Pacing) {
  const { least, most } = PACING_BOUNDS[name];
  return v.exactOptional(integer(least, most));
}

const SECRET_ARN = {
  form: 'the full ARN of a secret, arn:<partition>:secretsmanager:<region>:<account>:secret:<name>-<6 characters>',
  pattern: /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/,
};

const TOPIC_ARN = {
  form: 'the ARN of a topic that is no FIFO topic, arn:<partition>:sns:<region>:<account>:<name>',
  pattern: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
};

/** What is no ARN at all is not shown: it could be the key itself. */
function arn({ form, pattern }: typeof SECRET_ARN) {
  const message = ({ input }: { readonly input: unknown }) => {
    const hidden = typeof input !== 'string' || !input.startsWith('arn:');
    return `got ${hidden ? 'a value that is no ARN' : showValue(input)}, expected ${form}`;
  };
  return v.exactOptional(v.pipe(v.string(message), v.regex(pattern, message)));
}

/** The settings under `pacing`. */
export const PACING = {
  pendingSeconds: seconds('pendingSeconds'),
  preparingSeconds: seconds('preparingSeconds'),
  buildingSeconds: seconds('buildingSeconds'),
  deployingSeconds: seconds('deployingSeconds'),
  lingerSeconds: seconds('lingerSeconds'),
};

/** What each setting may be. */
export const SETTINGS = {
  stackName: textLike(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, '1 to 128 of A-Z a-z 0-9 -, a letter first'),
  stateMachineName: STATE_MACHINE_NAME,
  eventBusName: textLike(/^[\w./-]{1,256}$/, '1 to 256 of A-Z a-z 0-9 . _ / -'),
  eventSource: EVENT_SOURCE,
  githubWebhook: TRUE_OR_FALSE,
  githubEvents: TRUE_OR_FALSE,
  environments: environments(),
  previewEnvironments: TRUE_OR_FALSE,
  notifyEmails: emails(),
  notifyOn: oneOf(NOTIFY_ON),
  history: TRUE_OR_FALSE,
  alarms: TRUE_OR_FALSE,
  alarmEmails: emails(),
  alarmTopicArn: arn(TOPIC_ARN),
  dashboard: TRUE_OR_FALSE,
  apiKeySecretArn: arn(SECRET_ARN),
  api: oneOf(API_GENERATIONS),
  apiBaseUrl: v.exactOptional(API_BASE_URL),
  timeoutMinutes: integer(MIN_TIMEOUT_MINUTES, MAX_TIMEOUT_MINUTES),
  pacing: v.pipe(
    v.custom<Values>(isRecord, expected(`an object with ${Object.keys(PACING).join(', ')}`)),
    v.object(PACING),
  ),
  slackWorkspaceId: v.exactOptional(SLACK_WORKSPACE_ID),
  slackChannelId: v.exactOptional(SLACK_CHANNEL_ID),
  removalPolicy: oneOf(REMOVAL_POLICIES),
  logRetentionDays: v.picklist(LOG_RETENTION_DAYS, expected(`one of ${LOG_RETENTION_DAYS.join(', ')}`)),
};
