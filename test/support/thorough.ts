/** In CI, tests that try many cases try many more: see "Tests" in CONTRIBUTING.md. */
export const isThorough = process.env.CI === 'true';

/** For properties: how many cases they try here, and how many in CI. */
export function tries(here: number, inCi: number): { readonly numRuns: number } {
  return { numRuns: isThorough ? inCi : here };
}
