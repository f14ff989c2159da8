/** A call of a function that can be killed at any point: before each of its calls of others, and after it took effect. */
export class KillableCall {
  /** Rejects when the call is killed. */
  readonly death: Promise<never>;
  private points = 0;
  private dead = false;
  private hangs = false;
  private reject: (error: Error) => void = () => {};

  /**
   * @param killAt the point to be killed at: 0 before the first call of another, 1 behind it, 2 before the second ...
   * @param error what Step Functions sees then; undefined for a function that hangs from that point on
   */
  constructor(
    private readonly killAt: number,
    private readonly error: string | undefined,
  ) {
    this.death = new Promise((_, reject) => {
      this.reject = reject;
    });
    // Whether anybody waits for it or not.
    this.death.catch(() => {});
  }

  /** Calls another. What a dead function has asked for never comes back. */
  async step<T>(call: () => Promise<T>): Promise<T> {
    if (this.diesHere()) return nothing();
    try {
      const result = await call();
      return this.diesHere() ? await nothing<T>() : result;
    } catch (error) {
      if (this.diesHere()) return nothing();
      throw error;
    }
  }

  kill(error: string): void {
    if (this.dead) return;
    this.dead = true;
    this.reject(named(error));
  }

  private diesHere(): boolean {
    const isHere = this.points === this.killAt;
    this.points += 1;
    if (isHere && this.error !== undefined) this.kill(this.error);
    this.hangs ||= isHere;
    return this.dead || this.hangs;
  }
}

/** An error as Step Functions names it. */
export function named(name: string, message = 'as AWS says it'): Error {
  return Object.assign(new Error(message), { name });
}

function nothing<T>(): Promise<T> {
  return new Promise(() => {});
}
