/** Longest line that is taken, in characters: an answer without line breaks must not fill the memory. */
const LONGEST_LINE = 4 << 20;

/**
 * The JSON values of a stream that has one on each line.
 * @throws SyntaxError for a line that is no JSON; Error for one of more than 4 Mi characters
 */
export async function* jsonLines(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as unknown;
    if (rest.length > LONGEST_LINE) throw new Error(`a line of more than ${LONGEST_LINE} characters`);
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as unknown;
}
