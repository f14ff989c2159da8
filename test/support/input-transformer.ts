export interface InputTransformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/**
 * What EventBridge sends in place of the event. A variable that is a whole value becomes the value's JSON; one within a
 * string becomes its bare text, which nothing escapes; one that the event does not have becomes nothing. Source:
 * EventBridge docs, Amazon EventBridge input transformation.
 */
export function transform({ InputPathsMap, InputTemplate }: InputTransformer, event: unknown): string {
  return InputTemplate.replaceAll(/<([\w-]+)>/g, (_, name: string, offset: number) => {
    const path = InputPathsMap[name];
    if (path === undefined) throw new Error(`the template has a variable without a path: ${name}`);
    const value = valueAt(path, event);
    if (value === undefined) return '';
    return isInString(InputTemplate, offset) && typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function valueAt(path: string, event: unknown): unknown {
  const [root, ...names] = path.split('.');
  if (root !== '$') throw new Error(`unknown form: ${path}`);
  return names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], event);
}

/** Whether an odd number of quotes stands before it. */
function isInString(template: string, offset: number): boolean {
  const quotes = template.slice(0, offset).match(/(?<!\\)"/g) ?? [];
  return quotes.length % 2 === 1;
}
