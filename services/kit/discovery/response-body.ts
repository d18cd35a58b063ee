import type { TimeLimit } from '../time/time-limit.ts';

/** The methods of a ReadableStream that `readBody` uses. */
export interface ResponseBody {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/**
 * Yields the chunks of a body as they arrive. Returning early closes the connection.
 * @throws the limit's reason once it is exceeded, also if the peer hangs
 */
export async function* readBody(body: ResponseBody | null, limit: TimeLimit): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await limit.race(reader.read());
      if (done) return;
      if (value) yield value;
    }
  } finally {
    // Not awaited: cancelling a connection that hangs may hang as well.
    reader.cancel().catch(() => {});
  }
}

/** Maximum length of a line, in characters: a stream without line breaks must not exhaust the memory. */
const MAX_LINE_LENGTH = 4 << 20;

/**
 * Yields the JSON values of a stream with one value per line.
 * @throws SyntaxError for a line that is not JSON; Error for a line of more than 4 Mi characters
 */
export async function* parseJsonLines(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  const decoder = new TextDecoder();
  let partialLine = '';
  for await (const chunk of bytes) {
    const lines = (partialLine + decoder.decode(chunk, { stream: true })).split('\n');
    partialLine = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as unknown;
    if (partialLine.length > MAX_LINE_LENGTH)
      throw new Error(`a line is longer than ${MAX_LINE_LENGTH} characters`);
  }
  if (partialLine.trim() !== '') yield JSON.parse(partialLine) as unknown;
}
