import { oneLine } from '../text';
import { defuseCommands } from './runner-commands';
import { countStatuses, isCut, mostUrgentFirst } from './service-list';
import { cutToWidth, foldToWidth, widthOf } from './text-width';

interface StyledText {
  readonly text: string;
  readonly style: (text: string) => string;
}

/** What the live block shows. */
export interface BlockContent {
  readonly title: StyledText;
  readonly phase: StyledText;
  readonly time: StyledText;
  /** Shown if there is room for it beside the whole title. */
  readonly hint?: StyledText | undefined;
  readonly services: readonly string[];
  /** What is wrong at the moment. */
  readonly notes: readonly StyledText[];
}

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

const GAP = '  ';
const MIN_NAME_COLUMNS = 3;

/** The lines of the live block: as many as the window has room for, the header first, and none that it would wrap. */
export function layOutBlock(content: BlockContent, { columns, rows }: WindowSize): string[] {
  // The cursor needs a column behind a line, and a row below the block.
  const width = Math.max(1, columns - 1);
  const room = Math.max(1, rows - 1) - 1;
  const notes = layOutNotes(content.notes, Math.ceil(room / 2), width);
  const services = layOutServices(content.services.map(clean), room - notes.length, width);
  // A line may begin to look like a command to a CI runner where it was folded.
  return [layOutHeader(content, width), ...services, ...notes].map(defuseCommands);
}

/** The hint gives way first, then the title. */
function layOutHeader({ title, phase, time, hint }: BlockContent, width: number): string {
  const others = widthOf(clean(phase.text)) + widthOf(time.text) + 2 * GAP.length;
  const room = width - others;
  const parts = [{ ...title, text: cutToWidth(clean(title.text), Math.max(1, room)) }, phase, time];
  if (hint !== undefined && widthOf(clean(title.text)) + GAP.length + widthOf(hint.text) <= room) parts.push(hint);
  let left = width;
  const shown: string[] = [];
  for (const { text, style } of parts) {
    if (left < 1) break;
    const part = cutToWidth(clean(text), left);
    shown.push(style(part));
    left -= widthOf(part) + GAP.length;
  }
  return shown.join(GAP);
}

function layOutServices(services: readonly string[], room: number, width: number): string[] {
  if (room < 1) return [];
  const fitting = mostUrgentFirst(services);
  const isTooLong = fitting.length > room;
  const shown = isTooLong ? fitting.slice(0, room - 1) : fitting;
  const hidden = fitting.slice(shown.length);
  const atLeast = isCut(services) ? 'at least ' : '';
  const count = shown.length === 0 ? `${atLeast}${hidden.length} services` : `and ${atLeast}${hidden.length} more`;
  const rest = isTooLong ? [`${count}: ${countStatuses(hidden)}`] : [];
  return [...shown.map((line) => cutName(line, width - GAP.length)), ...rest].map((line) =>
    cutToWidth(GAP + line, width),
  );
}

/** A status says more than the end of a name. */
function cutName(service: string, width: number): string {
  const status = service.slice(service.lastIndexOf(': '));
  const name = service.slice(0, service.length - status.length);
  return cutToWidth(name, Math.max(MIN_NAME_COLUMNS, width - widthOf(status))) + status;
}

/** A reason may be long: it gets several lines if there is room. */
function layOutNotes(notes: readonly StyledText[], room: number, width: number): string[] {
  const lines: string[] = [];
  for (const [index, { text, style }] of notes.entries()) {
    const free = room - lines.length - (notes.length - index - 1);
    if (free < 1) continue;
    const folded = foldToWidth(clean(text), Math.max(1, width - GAP.length), free);
    lines.push(...folded.map((line) => cutToWidth(GAP, width) + style(line)));
  }
  return lines;
}

function clean(text: string): string {
  return defuseCommands(oneLine(text));
}
