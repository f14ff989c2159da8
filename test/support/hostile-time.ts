import { isThorough } from './thorough';

const KIBIBYTE = 1024;
/** What is quadratic is noticed at 256 KiB, too, if it costs anything. */
const SIZES = (isThorough ? [16, 64, 256, 1024] : [16, 64, 256]).map((kibibytes) => kibibytes * KIBIBYTE);

/** What takes less is not worth measuring. */
const NOTICEABLE_MILLISECONDS = 60;

/** Four times the input takes four times as long, or sixteen times if the time is quadratic. */
const MOST_GROWTH = 9;

/** A last bound, far above what linear work takes on any machine: growth is what tells. */
const LONGEST_MILLISECONDS = 5000;

/**
 * Why work does not take linear time, or undefined if it does.
 *
 * @param make an input of a size; not measured
 * @param largestKibibytes the largest input that there can be
 */
export function findSlowness<Input>(
  make: (size: number) => Input,
  work: (input: Input) => unknown,
  largestKibibytes = 1024,
): string | undefined {
  let before = Number.POSITIVE_INFINITY;
  for (const size of SIZES.filter((each) => each <= largestKibibytes * KIBIBYTE)) {
    const input = make(size);
    const milliseconds = shortestOf(() => work(input));
    const isSlow = milliseconds > NOTICEABLE_MILLISECONDS && milliseconds / before > MOST_GROWTH;
    if (isSlow || milliseconds > LONGEST_MILLISECONDS) {
      return `${Math.round(milliseconds)} ms for ${size / KIBIBYTE} KiB, ${Math.round(before)} ms for a fourth of it`;
    }
    before = Math.max(milliseconds, 1);
  }
  return undefined;
}

/** Of the processor, not of the clock, since others use it, too. What seems slow is measured again. */
function shortestOf(work: () => unknown): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3 && shortest > NOTICEABLE_MILLISECONDS; run += 1) {
    const start = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(start);
    shortest = Math.min(shortest, (user + system) / 1000);
  }
  return shortest;
}
