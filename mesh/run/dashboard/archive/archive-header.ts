import { z } from 'zod';
import type { DeclaredGraph } from '../../../policy/declared-graph.ts';
import { checkFormat, tryParseJson } from '../../process/read-json.ts';
import type { ConsoleLine, ProcessView } from '../api/views.ts';

/*
 * An exported file is gzip of NDJSON. Its first line is the header below. Each further line is an OTLP/JSON document with
 * `resourceSpans` or `resourceLogs`, as the file exporter of the OpenTelemetry Collector writes them, or has points of
 * metrics in the field `weftPoints`.
 */

export const ARCHIVE_FORMAT = 'weft-telemetry';
export const ARCHIVE_VERSION = 1;

export interface ArchiveHeader {
  readonly format: typeof ARCHIVE_FORMAT;
  readonly version: typeof ARCHIVE_VERSION;
  readonly createdAt: string;
  /** Such as `npm start`, or the title of a test. */
  readonly source: string;
  /** Trace that the file is about. */
  readonly focusTraceId: string | null;
  readonly graph: DeclaredGraph;
  readonly processes: readonly ProcessView[];
  /** Last lines of the processes. */
  readonly lines: readonly ConsoleLine[];
}

const GRAPH = z.object({
  services: z.array(z.looseObject({ name: z.string(), versions: z.array(z.looseObject({})) })),
  calls: z.array(
    z.looseObject({
      caller: z.string(),
      callee: z.string(),
      name: z.string(),
      methods: z.array(z.string()),
      policy: z.looseObject({}),
    }),
  ),
  topics: z.array(z.looseObject({ name: z.string() })),
});

const HEADER = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  version: z.literal(ARCHIVE_VERSION),
  createdAt: z.string(),
  source: z.string(),
  focusTraceId: z.string().nullable(),
  graph: GRAPH,
  processes: z.array(z.looseObject({ name: z.string() })),
  lines: z.array(z.looseObject({ process: z.string(), text: z.string() })),
});

/** Parses the first line of a file. @throws Error if the file is not an export of the dashboard */
export function parseHeader(line: string, name: string): ArchiveHeader {
  const value = tryParseJson(line);
  if ((value as { format?: unknown } | undefined)?.format !== ARCHIVE_FORMAT)
    throw new Error(
      `${name} is not an export of the dashboard: its first line has no format '${ARCHIVE_FORMAT}'; choose a file that the page or npm run telemetry exported`,
    );
  // The fields inside of the lists are those that the same version wrote.
  return checkFormat(HEADER, value, { name, fix: 'export the file again' }) as unknown as ArchiveHeader;
}
