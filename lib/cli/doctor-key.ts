import { LambdaClient } from '@aws-sdk/client-lambda';
import { timeOutAfter } from '../aws/clients';
import type { DeployedSettings } from '../aws/deployed-settings';
import { invokeProbe, ProbeFailedError } from '../aws/invoke-probe';
import type { Probe } from '../watch/probe';
import { examine, type Finding, isMissing, REMAKE } from './doctor-findings';
import type { Installation } from './doctor-installation';

const NAME = 'API key';

/** The function may read the secret three times for 5 s each, wait 10 s for the API, and has to start. */
const PROBE_SECONDS = 60;

/** Has the deployed poll function try its key: so its role, the secret, its encryption and the network are tried, too. */
export function checkKey(installation: Installation): Promise<Finding[]> {
  const { definition, settings, client, pages } = installation;
  return examine({ name: NAME, needs: ['lambda:InvokeFunction'] }, async () => {
    const { pollFunction = '' } = await definition;
    const lambda = new LambdaClient({ ...client, maxAttempts: 2, requestHandler: timeOutAfter(PROBE_SECONDS, 5) });
    try {
      const answer = await invokeProbe(lambda, pollFunction);
      // It only completes the advice.
      return describeProbe(answer, await settings.catch(() => undefined), installation);
    } catch (error) {
      if (isMissing(error)) return describeNoFunction(pollFunction, pages);
      if (!(error instanceof ProbeFailedError)) throw error;
      return {
        name: NAME,
        state: 'bad',
        found: `The poll function could not try its key: ${error.message}.`,
        todo: 'If it was deployed by an earlier version, deploy the stack again. Otherwise, look at its log.',
        link: pages.function(nameOf(pollFunction)),
      };
    }
  });
}

function describeNoFunction(pollFunction: string, pages: Installation['pages']): Finding {
  const found = `The poll function ${pollFunction} does not exist.`;
  return { name: NAME, state: 'bad', found, todo: REMAKE, link: pages.function(nameOf(pollFunction)) };
}

/** Without the version. */
function nameOf(functionArn: string): string {
  return functionArn.split(':')[6] ?? functionArn;
}

function describeProbe(
  { result, said, isFromElsewhere }: Probe,
  settings: DeployedSettings | undefined,
  { pages, own }: Installation,
): Finding {
  const { apiKeySecretArn = 'of the stack' } = settings ?? {};
  const subject = { name: NAME, ...(settings && { link: pages.secret(settings.apiKeySecretArn) }) };
  const setKey = [own('set-key')];
  switch (result) {
    case 'accepted': {
      const found = `The API accepts it, as far as can be told: the poll function asked for a deployment that does not exist (${said}).`;
      return { name: NAME, state: 'good', found };
    }
    case 'refused': {
      const hint = settings?.api === 'legacy' ? ` If a new key is refused, too, ${SET_V1}` : '';
      const todo = `Create a new API key in Flightcontrol, and store it.${hint}`;
      return { ...subject, state: 'bad', found: `Flightcontrol refuses it (${said}).`, todo, commands: setKey };
    }
    case 'unusable':
      return { ...subject, state: 'bad', found: `The secret ${apiKeySecretArn} ${said}.`, ...adviseOn(said, setKey) };
    case 'unreadable': {
      const todo =
        'Check the AWS Health Dashboard for Secrets Manager and, if the function is in a VPC, its way there.';
      return { ...subject, state: 'unknown', found: `The poll function cannot read its secret: ${said}.`, todo };
    }
    default:
      return describeNoAnswer(said, isFromElsewhere, settings);
  }
}

const SET_V1 = 'set the setting api to v1, and deploy again.';

/** The value is wrong, or the function may not read it. */
function adviseOn(said: string, setKey: readonly string[]): Pick<Finding, 'todo' | 'commands'> {
  if (!/^(may not|cannot) be/.test(said))
    return { todo: 'Create an API key in Flightcontrol, and store it:', commands: setKey };
  return {
    todo: "Let the role of the poll function read the secret and use its key, as the stack does: the secret's own policy or that of the key may deny it.",
  };
}

function describeNoAnswer(said: string, isFromElsewhere: boolean, settings: DeployedSettings | undefined): Finding {
  const subject = { name: NAME, found: `Flightcontrol's API gave no usable answer to the poll function: ${said}.` };
  const isGone = isFromElsewhere || /ENOTFOUND/.test(said);
  if (settings?.apiBaseUrl !== undefined && isGone)
    return {
      ...subject,
      state: 'bad',
      todo: `Compare the setting apiBaseUrl, ${settings.apiBaseUrl}, with Flightcontrol's documentation.`,
    };
  if (settings?.api === 'legacy' && isGone)
    return { ...subject, state: 'bad', todo: `The legacy API may be gone: ${SET_V1}` };
  const todo =
    "Look at Flightcontrol's status page, and run this command again. If the function is in a VPC, check its way to the internet.";
  return { ...subject, state: 'unknown', todo };
}
