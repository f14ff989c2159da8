/** The two generations of the Flightcontrol API. Source: Flightcontrol docs, Get Deployment Information API. */
export const API_GENERATIONS = ['legacy', 'v1'] as const;
export type ApiGeneration = (typeof API_GENERATIONS)[number];
export const DEFAULT_API_GENERATION: ApiGeneration = 'legacy';
