import type { NotificationRecord } from '../notification/record';
import { newestFirst, type Verdicts } from '../watch/history';
import { readVerdictOf, type StoredVerdict } from '../watch/stored-verdict';

/** A history table in memory: what several watches on this machine share. */
export class LocalHistory {
  private readonly stored: StoredVerdict[] = [];

  /** Keeps the verdict of a watch that has ended. */
  write(record: NotificationRecord): void {
    const verdict = readVerdictOf(record);
    if (verdict !== undefined) this.stored.push(verdict);
  }

  /** As the poll function reads the table. */
  readVerdicts = async (environmentKey: string): Promise<Verdicts> => {
    const ofEnvironment = this.stored.filter(({ environment }) => environment.key === environmentKey);
    return { verdicts: newestFirst(ofEnvironment), isComplete: true };
  };
}
