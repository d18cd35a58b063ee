import { decompressGzip } from './decompress-gzip.ts';

const MIB = 1_048_576;
/** Largest file, after decompression. */
const MAX_MIB = 2_048;
/** Longest line. An exported line has up to 200 records. */
const MAX_LINE_MIB = 128;
const GZIP_MAGIC = [0x1f, 0x8b];
const NEWLINE = 10;

/**
 * Yields the lines of a file, compressed or not.
 *
 * @param name of the file, for messages
 * @throws Error if the file is truncated, damaged or too large. Lines before the damage have been yielded
 */
export async function* readLines(file: AsyncIterable<Buffer>, name: string): AsyncGenerator<string> {
  let size = 0;
  let lineSize = 0;
  let parts: Buffer[] = [];
  for await (const chunk of decompress(file, name)) {
    size += chunk.length;
    if (size > MAX_MIB * MIB) throw new Error(`${name} is larger than ${MAX_MIB} MiB; export a single trace`);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8');
      parts = [];
      lineSize = 0;
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    lineSize += chunk.length - start;
    if (lineSize > MAX_LINE_MIB * MIB)
      throw new Error(
        `${name} has a line above ${MAX_LINE_MIB} MiB; choose a file that the dashboard exported`,
      );
  }
  if (lineSize > 0) yield Buffer.concat(parts).toString('utf8');
}

/** Decompresses a file that begins with the magic number of gzip. */
async function* decompress(file: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const chunks = file[Symbol.asyncIterator]();
  const { done: isEmpty, value: first } = await chunks.next();
  if (isEmpty) return;
  const all = prepend(first, { [Symbol.asyncIterator]: () => chunks });
  const isGzip = GZIP_MAGIC.every((byte, at) => first[at] === byte);
  try {
    yield* isGzip ? decompressGzip(all) : all;
  } catch (error) {
    throw new Error(
      `${name} ends early or is damaged: ${(error as Error).message}; lines before are imported`,
    );
  }
}

async function* prepend(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
