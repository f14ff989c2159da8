import { everyOf } from './every-of';

/** A generation of the Flightcontrol API. Source: Flightcontrol docs, Get Deployment Information API. */
export type ApiGeneration = 'legacy' | 'v1';
export const API_GENERATIONS = everyOf<ApiGeneration>()(['legacy', 'v1']);
export const DEFAULT_API_GENERATION: ApiGeneration = 'legacy';
