import * as timers from 'node:timers/promises';
import FakeTimers, { type Clock } from '@sinonjs/fake-timers';

// Kept before the fake clock replaces them.
const { setImmediate: nextTurn, setTimeout: realSleep } = timers;

const TICK_MILLISECONDS = 10;

/**
 * A clock that runs faster than the machine's, for demonstrations and tests: waits of minutes take no time, and the
 * real definition, retries and pacing stay as they are. It stands still while a function works, so that a call over a
 * real socket takes no time on this clock.
 */
export class FastTime {
  private working = 0;

  private constructor(
    private readonly clock: Clock,
    private readonly speed: number,
  ) {}

  /** @param speed seconds on this clock per real second; `Infinity` jumps from wait to wait */
  static async run<T>(speed: number, startAt: Date, work: (time: FastTime) => Promise<T>): Promise<T> {
    const clock = FakeTimers.install({ now: startAt, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const time = new FastTime(clock, speed);
    let done = false;
    try {
      const result = work(time).finally(() => {
        done = true;
      });
      await Promise.race([result, time.drive(() => done)]);
      return await result;
    } finally {
      done = true;
      clock.uninstall();
    }
  }

  /** Stops the clock during work that takes real time, such as an exchange over a socket. */
  async whileWorking<T>(work: () => Promise<T>): Promise<T> {
    this.working += 1;
    try {
      return await work();
    } finally {
      this.working -= 1;
    }
  }

  sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

  private async drive(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      await (this.speed === Infinity ? this.jump() : this.runOn());
    }
  }

  /** One turn of the event loop runs everything that the last timer started. */
  private async jump(): Promise<void> {
    await nextTurn();
    if (this.working === 0) this.clock.next();
  }

  private async runOn(): Promise<void> {
    const last = process.hrtime.bigint();
    await realSleep(TICK_MILLISECONDS);
    const elapsedMilliseconds = Number(process.hrtime.bigint() - last) / 1e6;
    if (this.working === 0) await this.clock.tickAsync(Math.round(elapsedMilliseconds * this.speed));
  }
}
