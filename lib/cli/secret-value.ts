import { applyEdits, modify, parseTree } from 'jsonc-parser/lib/esm/main.js';
import { kindOf } from '../text';

const FIELD = 'apiKey';

/**
 * A secret's value with another key. Of a JSON object, every other character stays as it is; any other text is the key.
 *
 * @throws Error that says of the secret why something would be lost; it quotes nothing of it
 */
export function replaceKey(current: string, apiKey: string): string {
  const json = current.trim();
  if (!json.startsWith('{')) {
    checkBareText(json);
    return apiKey;
  }
  checkObject(json);
  // A replacement text would be searched for patterns.
  return current.replace(json, () => applyEdits(json, modify(json, [FIELD], apiKey, {})));
}

function checkBareText(text: string): void {
  const value = parse(text) ?? text;
  if (typeof value !== 'string') throw new Error(`holds JSON that is ${kindOf(value)}`);
}

function checkObject(json: string): void {
  if (parse(json) === undefined) throw new Error('begins like a JSON object but is not valid JSON');
  const fields = (parseTree(json)?.children ?? []).filter(({ children }) => children?.[0]?.value === FIELD);
  if (fields.length > 1) throw new Error(`holds "${FIELD}" more than once`);
  const type = fields[0]?.children?.[1]?.type ?? 'string';
  if (type !== 'string' && type !== 'null') throw new Error(`holds a value under "${FIELD}" that is no text`);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The error of JSON.parse quotes the secret.
    return undefined;
  }
}
