/** `2023-01-09 22:16:14 UTC`. @param iso ISO 8601, UTC */
export function writeTime(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
