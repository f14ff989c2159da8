import { FONTS, makePicture, round } from '../pictures/svg';
import { type PacingResult, WITHOUT_HISTORY } from './pacing';

const SIZE = { width: 600, height: 480 };
const MARGIN = { left: 58, right: 32, top: 56, bottom: 76 };
const KEY_ROW = 20;
const KEY_LEFT = 262;

// A phone shows the picture at 60 % of its size.
const STYLE = `
text { font: 16px ${FONTS.sans}; fill: #1f2328; }
.key { font-size: 15px; }
.ours { fill: #087a55; font-weight: 700; }
.others { fill: #59636e; }
`;

/** What one way to poll costs, and how late it tells. */
export interface PlotPoint {
  readonly policy: string;
  readonly meanDelaySeconds: number;
  /** For 1,000 deployments. */
  readonly dollars: number;
}

/** As exact as the table in docs/performance.md, so that the plot can be drawn from there. */
export function pointsOf(results: readonly PacingResult[]): PlotPoint[] {
  return results
    .filter(({ scale }) => scale === 1)
    .map(({ policy, meanDelaySeconds, dollarsAt128 }) => ({
      policy,
      meanDelaySeconds: Number(meanDelaySeconds.toFixed(2)),
      dollars: Number(dollarsAt128.toFixed(2)),
    }));
}

/** Cost against mean delay of every policy, both on a logarithmic scale: nearer to the corner is better. */
export function drawPlot(points: readonly PlotPoint[]): string {
  const shown = points.filter(({ policy }) => policy !== WITHOUT_HISTORY);
  const right = SIZE.width - MARGIN.right;
  const bottom = SIZE.height - MARGIN.bottom;
  const x = logScale([1, 100], [MARGIN.left, right]);
  const y = logScale([0.5, 10], [bottom, MARGIN.top]);
  const described = shown.map(
    ({ policy, meanDelaySeconds, dollars }) => `${policy}: ${meanDelaySeconds} s, $${dollars.toFixed(2)}`,
  );
  const words = {
    title: 'Cost of 1,000 deployments against the mean delay until their end is noticed',
    description: `Nearer to the bottom left is better. ${described.join('; ')}.`,
  };
  return makePicture(words, SIZE, STYLE, [
    `<rect x="0.5" y="0.5" width="${SIZE.width - 1}" height="${SIZE.height - 1}" rx="10" fill="#fff" stroke="#c5ccd3"/>`,
    `<path d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}" fill="none" stroke="#59636e"/>`,
    ...[1, 2, 5, 10, 20, 50, 100].map((value) => text(x(value), bottom + 24, `${value} s`, 'middle')),
    ...[0.5, 1, 2, 5, 10].map((value) => text(MARGIN.left - 8, y(value) + 5, `$${value}`, 'end')),
    ...shown.map((point, index) => drawPoint(point, index, x(point.meanDelaySeconds), y(point.dollars))),
    // Top right there is never a point: late and dear.
    ...shown.map((point, index) => drawKey(point, index, MARGIN.top + KEY_ROW * index)),
    text(SIZE.width / 2, SIZE.height - 20, 'mean delay until the end is noticed', 'middle'),
    text(18, 30, 'cost of 1,000 deployments (function of 128 MB)', 'start'),
  ]);
}

function logScale([low, high]: [number, number], [from, to]: [number, number]): (value: number) => number {
  return (value) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
}

function drawPoint(point: PlotPoint, index: number, x: number, y: number): string {
  const circle = `<circle class="${classOf(point)}" cx="${round(x)}" cy="${round(y)}" r="6"/>`;
  return circle + text(x, y - 12, String(index + 1), 'middle', classOf(point));
}

function drawKey(point: PlotPoint, index: number, y: number): string {
  const number = text(KEY_LEFT, y, String(index + 1), 'start', classOf(point));
  return number + text(KEY_LEFT + 20, y, point.policy, 'start', 'key');
}

function classOf({ policy }: PlotPoint): string {
  return policy.startsWith('Flightwatch') ? 'ours' : 'others';
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end', className?: string): string {
  const attributes = className === undefined ? '' : ` class="${className}"`;
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${attributes}>${content}</text>`;
}
