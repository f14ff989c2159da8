/** Says in a state machine's comment which version of Flightwatch it was deployed by. */
export function writeVersion(comment: string, version: string): string {
  return `${comment} (Flightwatch ${version})`;
}

/** The version in a state machine's comment; undefined if it says none, as before 0.1.0. */
export function versionIn(comment: string): string | undefined {
  return /\(Flightwatch (\d[\w.+-]*)\)$/.exec(comment)?.[1];
}
