import wrapAnsi from 'wrap-ansi';
import type { ChatMessage } from '../lib/notification/chat-message';
import { readStyledLine, type Span } from './styled-line';
import { escapeText, FONTS, makePicture, type Words } from './svg';

const WIDTH = 600;
const FONT_SIZE = 15;
const ROW = 22;
const PADDING = 20;
const TEXT_LEFT = 74;
/** In the widest of the fonts, so many characters take the room on the right of the sender's picture. */
const CHARACTERS = 58;

const STYLE = `
text { font: ${FONT_SIZE}px ${FONTS.sans}; fill: #1d1c1d; }
.bold { font-weight: 700; }
.underline { fill: #0b5cad; text-decoration: underline; }
.small { font-size: 12px; fill: #5c5b5e; }
.initial { font-size: 22px; font-weight: 700; fill: #fff; text-anchor: middle; }
`;

/** What can stand in front of a text. Emoji are drawn, because not every system has a font for them. */
const MARKS: Readonly<Record<string, { readonly drawing: string; readonly indent: number }>> = {
  '•': { drawing: 'd="M3 -5h0" stroke="#1d1c1d" stroke-width="5" stroke-linecap="round"', indent: 14 },
  ':x:': { drawing: 'd="M2 -11L14 1M14 -11L2 1" stroke="#d92d3a" stroke-width="4" stroke-linecap="round"', indent: 24 },
};

export interface ChatCard extends Words {
  readonly sender: { readonly name: string; readonly initial: string };
  /** Such as `22:16`. */
  readonly time: string;
  readonly message: ChatMessage;
}

interface Row {
  readonly spans: readonly Span[];
  /** What stands in front of the text: a bullet, or an emoji. */
  readonly mark?: string | undefined;
  readonly indent: number;
  readonly gapAbove: number;
}

/** A message in a chat: a light card with a border, which stands out from a light page and from a dark one. */
export function drawChat({ sender, time, message, ...words }: ChatCard): string {
  let baseline = PADDING + FONT_SIZE;
  const rows = layOutMessage(message).map((row) => {
    baseline += ROW + row.gapAbove;
    return drawRow(row, baseline);
  });
  const height = baseline + PADDING;
  const card = `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="10" fill="#fff" stroke="#c5ccd3"/>`;
  return makePicture(words, { width: WIDTH, height }, STYLE, [card, ...drawSender(sender, time), ...rows]);
}

function drawSender({ name, initial }: ChatCard['sender'], time: string): string[] {
  const head = `<tspan class="bold">${name}</tspan><tspan class="small" dx="8">APP</tspan><tspan class="small" dx="8">${time}</tspan>`;
  return [
    `<rect x="${PADDING}" y="${PADDING - 2}" width="42" height="42" rx="8" fill="#5a4fcf"/>`,
    `<text class="initial" x="${PADDING + 21}" y="${PADDING + 27}">${initial}</text>`,
    `<text x="${TEXT_LEFT}" y="${PADDING + FONT_SIZE - 2}">${head}</text>`,
  ];
}

function layOutMessage({ content: { title, description, nextSteps = [], keywords } }: ChatMessage): Row[] {
  return [
    ...layOutText(title.replace(/^(:\w+: )?(.*)/, '$1*$2*'), 4),
    ...description.split('\n').flatMap((line) => layOutText(line)),
    ...(nextSteps.length > 0 ? layOutText('*Next steps*', 10) : []),
    ...nextSteps.flatMap((step) => layOutText(`• ${step}`)),
    ...layOutText(`*Keywords* ${keywords.join(', ')}`, 10),
  ];
}

function layOutText(markdown: string, gapAbove = 0): Row[] {
  const [, mark, text = markdown] = /^(•|:\w+:) (.*)/s.exec(markdown) ?? [];
  const indent = mark === undefined ? 0 : markOf(mark).indent;
  const lines = wrapAnsi(toTerminalText(text), CHARACTERS, { hard: true }).split('\n');
  return lines.map((line, index) => {
    const spans = readStyledLine(line);
    return index === 0 ? { spans, mark, indent, gapAbove } : { spans, indent, gapAbove: 0 };
  });
}

/** Links and bold text, in the sequences that `wrapAnsi` keeps. Source: Slack docs, Formatting message text. */
function toTerminalText(markdown: string): string {
  return markdown
    .replaceAll(/<[^|>]+\|([^>]+)>/g, '\u001b[4m$1\u001b[24m')
    .replaceAll(/\*([^*]+)\*/g, '\u001b[1m$1\u001b[22m')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function drawRow({ spans, mark, indent }: Row, baseline: number): string {
  const drawnMark = mark === undefined ? '' : drawMark(mark, baseline);
  const text = spans.map(drawSpan).join('');
  return `${drawnMark}<text x="${TEXT_LEFT + indent}" y="${baseline}" xml:space="preserve">${text}</text>`;
}

function drawSpan({ text, styles }: Span): string {
  const content = escapeText(text);
  return styles.length === 0 ? content : `<tspan class="${styles.join(' ')}">${content}</tspan>`;
}

function drawMark(mark: string, baseline: number): string {
  return `<path transform="translate(${TEXT_LEFT} ${baseline})" ${markOf(mark).drawing}/>`;
}

function markOf(mark: string) {
  const found = MARKS[mark];
  if (found === undefined) throw new Error(`A picture cannot show ${mark}.`);
  return found;
}
