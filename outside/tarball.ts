export const TARBALL_VARIABLE = 'FLIGHTWATCH_OUTSIDE_TARBALL';

/** The tarball that was packed before the suites. */
export function packedTarball(): string {
  return process.env[TARBALL_VARIABLE] ?? '';
}
