import { z } from 'zod';
import { tryParseJson } from '../../process/read-json.ts';
import { OtlpError } from '../otlp/otlp-error.ts';
import { parseLogs, type ReceivedLog } from '../otlp/parse-logs.ts';
import type { ReceivedPoint } from '../otlp/parse-metrics.ts';
import { parseSpans, type ReceivedSpan } from '../otlp/parse-spans.ts';
import { type ArchiveHeader, parseHeader } from './archive-header.ts';
import { readLines } from './read-lines.ts';

/** Receives the contents of a file. */
export interface ArchiveSink {
  readonly onHeader: (header: ArchiveHeader) => void;
  readonly onSpans: (spans: readonly ReceivedSpan[]) => void;
  readonly onLogs: (logs: readonly ReceivedLog[]) => void;
  readonly onPoints: (points: readonly ReceivedPoint[]) => void;
}

const POINTS = z.array(
  z.object({
    source: z.object({ service: z.string(), instance: z.string(), resource: z.string(), scope: z.string() }),
    metric: z.string(),
    type: z.enum(['counter', 'gauge', 'histogram']),
    unit: z.string(),
    help: z.string(),
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
export async function readArchive(
  file: AsyncIterable<Buffer>,
  name: string,
  sink: ArchiveSink,
): Promise<void> {
  let number = 0;
  for await (const line of readLines(file, name)) {
    number++;
    if (number === 1) sink.onHeader(parseHeader(line, name));
    else if (line.trim() !== '') readLine(line, `${name}, line ${number}`, sink);
  }
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
