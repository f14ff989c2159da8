/** 300 services with long errors are some 300 KB; more than this is no deployment. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Counts while it reads, so that no answer, compressed or not, takes the process's memory.
 *
 * @returns undefined if the body has more than 1 MiB
 */
export async function readBody(response: Response): Promise<string | undefined> {
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
