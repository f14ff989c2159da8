import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { examine, type Finding } from './doctor-findings';
import { type Installation, resourcesIn } from './doctor-installation';
import { quoteForShell } from './shell';

const NAME = 'Alarms';

/** Whether the alarms exist, are quiet, and would tell somebody. */
export function checkAlarms(installation: Installation): Promise<Finding[]> {
  const { pages } = installation;
  const subject = { name: NAME, needs: ['cloudwatch:DescribeAlarms'], link: pages.alarms() };
  return examine(subject, async () => {
    const resources = resourcesIn(await installation.stack, 'AWS::CloudWatch::Alarm');
    if (resources.length === 0)
      return { name: NAME, state: 'good', found: 'There are none: the setting alarms is false.' };
    const alarms = await installation.alarms;
    const findings = resources.flatMap(({ physicalId, place }) => {
      const alarm = alarms.find(({ AlarmName }) => AlarmName === physicalId);
      return describeAlarm(place.replace(/^Alarms/, ''), physicalId, alarm, installation);
    });
    if (findings.length > 0) return findings;
    return { name: NAME, state: 'good', found: `All ${resources.length} are quiet.` };
  });
}

/** Nothing if all is well with it. */
function describeAlarm(
  shortName: string,
  name: string,
  alarm: MetricAlarm | undefined,
  { pages, aws }: Installation,
): Finding[] {
  const subject = { name: NAME, state: 'bad', link: pages.alarm(name) } as const;
  if (alarm === undefined) {
    const todo =
      'Somebody deleted it, and CloudFormation does not notice: make it again, or delete the stack and deploy it again.';
    return [{ ...subject, found: `${shortName} does not exist.`, todo }];
  }
  const findings: Finding[] = [];
  if (alarm.StateValue === 'ALARM') {
    findings.push({ ...subject, found: `${shortName} is on.`, todo: alarm.AlarmDescription });
  }
  if (alarm.ActionsEnabled === false) {
    const commands = [aws(`cloudwatch enable-alarm-actions --alarm-names ${quoteForShell(name)}`)];
    findings.push({
      ...subject,
      found: `${shortName} tells nobody: its actions are off.`,
      todo: 'Turn them on:',
      commands,
    });
  } else if ((alarm.AlarmActions ?? []).length === 0) {
    findings.push({
      ...subject,
      found: `${shortName} tells nobody: it has no action.`,
      todo: 'Add the alarm topic as an action.',
    });
  }
  return findings;
}
