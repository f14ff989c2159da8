/** A function's environment variables, as Lambda and the CDK pass them. */
export type Variables = Readonly<Record<string, string>>;
/** The same as Node.js gives them. */
export type ProcessVariables = Readonly<Record<string, string | undefined>>;

/** A function's environment variable is missing or cannot be read. The message names the variable. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** @throws EnvironmentError if the variable is missing or empty */
export function readVariable(variables: ProcessVariables, name: string): string {
  const value = variables[name];
  if (value) return value;
  throw new EnvironmentError(`The environment variable ${name} is missing: deploy the stack again.`);
}

export interface TextVariables<Key extends string> {
  encode(values: Readonly<Record<Key, string>>): Variables;
  /** @throws EnvironmentError */
  decode(variables: ProcessVariables): Readonly<Record<Key, string>>;
}

/** An environment of texts, none of which may be missing. @param names the variables */
export function textVariables<Key extends string>(names: Readonly<Record<Key, string>>): TextVariables<Key> {
  const entries = Object.entries(names) as [Key, string][];
  return {
    encode: (values) => Object.fromEntries(entries.map(([key, name]) => [name, values[key]])),
    decode: (variables) =>
      Object.fromEntries(entries.map(([key, name]) => [key, readVariable(variables, name)])) as Record<Key, string>,
  };
}
