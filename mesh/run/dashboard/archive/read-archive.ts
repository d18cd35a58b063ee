import { createInterface } from 'node:readline';
import { PassThrough, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { OtlpError } from '../otlp/otlp-error.ts';
import { parseLogs, type ReceivedLog } from '../otlp/parse-logs.ts';
import type { ReceivedPoint } from '../otlp/parse-metrics.ts';
import { parseSpans, type ReceivedSpan } from '../otlp/parse-spans.ts';
import { tryParseJson } from '../../process/read-json.ts';
import { type ArchiveHeader, parseHeader } from './archive-header.ts';

/** Receives the contents of a file. */
export interface ArchiveSink {
  readonly onHeader: (header: ArchiveHeader) => void;
  readonly onSpans: (spans: readonly ReceivedSpan[]) => void;
  readonly onLogs: (logs: readonly ReceivedLog[]) => void;
  readonly onPoints: (points: readonly ReceivedPoint[]) => void;
}

/** Largest decompressed file. */
const MAX_BYTES = 2 * 1_024 * 1_048_576;
const GZIP_MAGIC = [0x1f, 0x8b];

const POINTS = z.array(
  z.object({
    source: z.object({ service: z.string(), instance: z.string(), resource: z.string(), scope: z.string() }),
    metric: z.string(),
    type: z.enum(['counter', 'gauge', 'histogram']),
    unit: z.string(),
    help: z.string(),
    isCumulative: z.boolean(),
    labels: z.record(z.string(), z.string()),
    start: z.number(),
    time: z.number(),
    value: z.number(),
    histogram: z
      .object({ sum: z.number(), bounds: z.array(z.number()), counts: z.array(z.number()) })
      .optional(),
  }),
);

/**
 * Reads an exported file, compressed or not.
 *
 * @param name of the file, for messages
 * @throws Error if the file is not an export, is truncated, or has an invalid line. Lines before it have been read
 */
export async function readArchive(file: Readable, name: string, sink: ArchiveSink): Promise<void> {
  const input = await decompress(file);
  let failure: Error | undefined;
  input.on('error', (error) => {
    failure = error;
    lines.close();
  });
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  for await (const line of lines) {
    if (failure) break;
    number++;
    if (number === 1) sink.onHeader(parseHeader(line, name));
    else if (line.trim() !== '') readLine(line, `${name}, line ${number}`, sink);
  }
  if (failure)
    throw new Error(
      `${name} ends early or is damaged: ${failure.message}; ${Math.max(0, number - 1)} lines of it were read`,
    );
  if (number === 0) throw new Error(`${name} is empty; choose a file that the dashboard exported`);
}

function readLine(line: string, name: string, sink: ArchiveSink): void {
  const value = tryParseJson(line);
  if (typeof value !== 'object' || value === null)
    throw new Error(`${name} is not JSON; the file is truncated or damaged`);
  try {
    if ('resourceSpans' in value) sink.onSpans(parseSpans(value).records);
    else if ('resourceLogs' in value) sink.onLogs(parseLogs(value).records);
    else if ('weftPoints' in value) sink.onPoints(parsePoints(value.weftPoints, name));
    else throw new OtlpError('it has none of the fields resourceSpans, resourceLogs and weftPoints');
  } catch (error) {
    if (error instanceof OtlpError) throw new Error(`${name} is not valid: ${error.message}`);
    throw error;
  }
}

function parsePoints(value: unknown, name: string): readonly ReceivedPoint[] {
  const { data, error } = POINTS.safeParse(value);
  if (!data) throw new Error(`${name} is not valid: ${z.prettifyError(error)}`);
  return data.map(({ histogram, ...point }) => ({ ...point, ...(histogram && { histogram }) }));
}

/** Decompresses a file that begins with the magic number of gzip. */
async function decompress(file: Readable): Promise<Readable> {
  const limited = file.pipe(limit(MAX_BYTES));
  file.once('error', (error) => limited.destroy(error));
  const first = await firstChunk(limited);
  const whole = new PassThrough();
  const isGzip = GZIP_MAGIC.every((byte, at) => first[at] === byte);
  whole.write(first);
  limited.pipe(whole);
  limited.once('error', (error) => whole.destroy(error));
  if (!isGzip) return whole;
  const gunzip = createGunzip();
  whole.once('error', (error) => gunzip.destroy(error));
  const output = gunzip.pipe(limit(MAX_BYTES));
  gunzip.once('error', (error) => output.destroy(error));
  return whole.pipe(gunzip) && output;
}

async function firstChunk(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('end', () => resolve(Buffer.alloc(0)));
    stream.once('readable', () => resolve((stream.read() as Buffer | null) ?? Buffer.alloc(0)));
  });
}

function limit(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new Error(`it is larger than ${maxBytes / 1_048_576} MiB`));
      else done(null, chunk);
    },
  });
}
