/** What a picture says to those who do not see it. */
export interface Words {
  readonly title: string;
  readonly description: string;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** GitHub shows a picture without fonts or scripts from elsewhere, so it has to do with what the reader's system has. */
export const FONTS = {
  monospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
  sans: '-apple-system, "Segoe UI", Roboto, "Noto Sans", Helvetica, Arial, sans-serif',
};

export function makePicture({ title, description }: Words, { width, height }: Size, style: string, content: string[]) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escapeText(title)}</title>
<desc id="description">${escapeText(description)}</desc>
<style>
${style.trim()}
</style>
${content.join('\n')}
</svg>
`;
}

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A coordinate: `8.4`, not `8.400000000000001`. */
export function round(value: number): number {
  return Number(value.toFixed(2));
}
