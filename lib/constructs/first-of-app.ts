import { type IResource, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Remembers, for each app, who was the first with a key. */
export class FirstOfApp<Value> {
  private readonly apps = new WeakMap<IConstruct, Map<string, Value>>();

  /**
   * @param key anything that JSON can express
   * @returns the value of whoever had the key before, or undefined for the first one
   */
  register(scope: IConstruct, key: unknown, value: Value): Value | undefined {
    const { root } = scope.node;
    const values = this.apps.get(root) ?? new Map<string, Value>();
    this.apps.set(root, values);
    const text = JSON.stringify(key);
    const first = values.get(text);
    values.set(text, first ?? value);
    return first;
  }
}

/**
 * A key for a resource, which is the same if the resource is imported twice.
 *
 * @param name its name or its ARN. A token means something in its own stack only, so the stack is part of the key
 */
export function identityOf(resource: IResource, name: string): unknown {
  const stack = Stack.of(resource);
  return Token.isUnresolved(name) ? [stack.node.path, stack.resolve(name)] : name;
}
