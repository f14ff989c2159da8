import { type PacingResult, WITHOUT_HISTORY } from './pacing';

const WIDTH = 760;
const HEIGHT = 440;
const MARGIN = { left: 70, right: 30, top: 40, bottom: 60 };

/** Cost against mean delay of every policy, both on a logarithmic scale: nearer to the corner is better. */
export function drawPlot(results: readonly PacingResult[]): string {
  const points = results.filter(({ scale, policy }) => scale === 1 && policy !== WITHOUT_HISTORY);
  const x = logScale([1, 100], [MARGIN.left, WIDTH - MARGIN.right]);
  const y = logScale([0.5, 10], [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const marks = points.map((point, index) => drawPoint(point, index, x(point.meanDelaySeconds), y(point.dollarsAt128)));
  // Top right there is never a point: late and dear.
  const legend = points.map(({ policy }, index) =>
    text(WIDTH / 2 + 60, MARGIN.top + 18 * index, `${index + 1}  ${policy}`, 'start'),
  );
  const xTicks = [1, 2, 5, 10, 20, 50, 100].map((value) =>
    text(x(value), HEIGHT - MARGIN.bottom + 20, `${value} s`, 'middle'),
  );
  const yTicks = [0.5, 1, 2, 5, 10].map((value) => text(MARGIN.left - 8, y(value) + 4, `$${value}`, 'end'));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">
<title>Cost against delay of seven ways to poll</title>
<rect width="100%" height="100%" fill="white"/>
<path d="M${MARGIN.left} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}H${WIDTH - MARGIN.right}" fill="none" stroke="black"/>
${[...xTicks, ...yTicks, ...marks, ...legend].join('\n')}
${text(WIDTH / 2, HEIGHT - 15, 'mean delay until the end is noticed', 'middle')}
${text(MARGIN.left, 20, 'cost of 1,000 deployments at 128 MB', 'start')}
</svg>
`;
}

function logScale([low, high]: [number, number], [from, to]: [number, number]): (value: number) => number {
  return (value) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
}

function drawPoint({ policy }: PacingResult, index: number, x: number, y: number): string {
  const colour = policy.startsWith('Flightwatch') ? '#0a7' : '#888';
  const circle = `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="5" fill="${colour}"/>`;
  return circle + text(x, y - 10, String(index + 1), 'middle');
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${content}</text>`;
}
