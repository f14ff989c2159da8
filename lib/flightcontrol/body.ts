/** 300 services with long errors take some 300 KB; a larger body is no deployment. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Counts bytes while reading, so that no answer, compressed or not, uses up the memory.
 *
 * @returns undefined if the body has more than 1 MiB
 */
export async function readBody(response: {
  readonly body: AsyncIterable<Uint8Array> | null;
}): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
