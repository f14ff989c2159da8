/**
 * `JSON.parse` takes up to 130 bytes for each value. A thousand services are some 10,000, but an answer of 1 MiB could
 * hold 500,000, more than the function's memory.
 */
const MAX_VALUES = 120_000;

/**
 * The JSON of an answer. Of an answer with too many values, those that are nested deepest are null, so that the
 * deployment's status, which is the verdict, is still read.
 *
 * @returns undefined if it is not JSON
 */
export function parseAnswer(body: string): unknown {
  try {
    return JSON.parse(pruneToFit(body));
  } catch {
    // The error of JSON.parse quotes the body.
    return undefined;
  }
}

/** All of the answer, or the services with no more than their statuses, or the deployment's own fields. */
function pruneToFit(json: string): string {
  for (const deepest of [Number.POSITIVE_INFINITY, 3]) {
    const { text, values } = prune(json, deepest);
    if (values <= MAX_VALUES) return text;
  }
  return prune(json, 1).text;
}

/** The text with null for everything nested deeper, and about how many values are left. */
function prune(json: string, deepest: number): { readonly values: number; readonly text: string } {
  let [values, depth, copied, inString, text] = [0, 0, 0, false, ''];
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (inString && character === '\\') index += 1;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth <= deepest) values += 1;
      if (depth === deepest + 1) text += `${json.slice(copied, index)}null`;
    } else if (character === '}' || character === ']') {
      if (depth === deepest + 1) copied = index + 1;
      depth -= 1;
    } else if (character === ',' && depth <= deepest) values += 1;
  }
  return { values, text: text + json.slice(copied) };
}
