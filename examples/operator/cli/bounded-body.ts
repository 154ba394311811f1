/** Most bytes of an answer: some ten thousand plans. */
const MAX_ANSWER_BYTES = 32 << 20;

/**
 * The JSON of an answer, which may be of anybody: no more of it is taken than an answer can have.
 *
 * @throws Error when it is no JSON, too long, cut off or not there in time
 */
export async function readJson({ body }: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // A throw ends the connection too.
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  // Or it is nested deeper than it could be printed.
  JSON.stringify(value);
  return value;
}
