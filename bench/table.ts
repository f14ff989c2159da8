export type Row = readonly (string | number)[];

/** In Markdown, with columns of one width. */
export function table(head: Row, rows: readonly Row[]): string {
  const cells = [head, head.map(() => '---'), ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => `| ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join(' | ')} |`).join('\n');
}

function pad(cell: string, width: number): string {
  return cell === '---' ? '-'.repeat(width) : cell.padEnd(width);
}
