import type { NotificationRecord } from '../notification/record';
import { reportToGitHub } from './github-actions';
import { EXIT_STATUS } from './options';
import { colourOf, type Print, showEmail } from './output';

/** How a watch ended, as it was told to the subscribers. */
export interface Told {
  readonly subject: string;
  readonly email: string;
  readonly record: NotificationRecord;
}

/**
 * The last thing that a command says.
 *
 * @returns the exit status
 */
export function tellEnd(told: Told, json: boolean | undefined, env: NodeJS.ProcessEnv, print: Print): number {
  if (json) print(JSON.stringify(told.record));
  else {
    showEmail(told.subject, told.email, print);
    print(colourOf(told.record.outcome)(told.subject));
  }
  reportToGitHub(told, env);
  return EXIT_STATUS[told.record.outcome];
}
