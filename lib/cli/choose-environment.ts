import type { StoredEnvironment } from '../aws/environment-items';
import { closestFirst, describeValue, oneLine } from '../text';
import { UsageError } from './errors';

/** More names help nobody; there may be hundreds of preview environments. */
const MAX_NAMES = 10;

/**
 * The environment with this id, or else the only one with this given id.
 *
 * @throws UsageError
 */
export function chooseEnvironment(name: string, environments: readonly StoredEnvironment[]): StoredEnvironment {
  const ofId = environments.find(({ last }) => last.environment.key === name);
  const ofGivenId = environments.filter(({ last }) => last.environment.givenId === name);
  const [found, ...others] = ofId === undefined ? ofGivenId : [ofId];
  if (found === undefined) throw describeUnknown(name, environments);
  if (others.length === 0) return found;
  const ids = ofGivenId.map(({ last }) => oneLine(last.environment.key)).join(', ');
  throw new UsageError(
    `environment: ${ofGivenId.length} environments are called ${oneLine(name)}, pass the id of one: ${ids}.`,
  );
}

function describeUnknown(name: string, environments: readonly StoredEnvironment[]): UsageError {
  const known = new Set(environments.map(({ last }) => last.environment.givenId ?? oneLine(last.environment.key)));
  const got = `environment: got ${describeValue(name)}`;
  if (known.size === 0) return new UsageError(`${got}, but no environment has a verdict yet.`);
  const names = closestFirst(name, [...known]);
  const rest = names.length > MAX_NAMES ? ` or ${names.length - MAX_NAMES} others` : '';
  return new UsageError(`${got}, expected one of ${names.slice(0, MAX_NAMES).join(', ')}${rest}.`);
}
