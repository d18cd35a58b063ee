import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { ReceivedHistogram, ReceivedPoint } from '../otlp/parse-metrics.ts';
import { parseOwnJson } from '../store/own-json.ts';
import { pagesOfRecords, toOtlpJson } from '../store/stored-records.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import type { ArchiveHeader } from './archive-header.ts';

/** Records per line. */
const PAGE_SIZE = 200;

/**
 * Returns a file with all telemetry of a store in the order of its arrival, or with one trace and its logs. Reads the store page by
 * page, so that the file needs no memory.
 */
export function writeArchive(store: TelemetryStore, header: ArchiveHeader, traceId?: string): Readable {
  function* lines(): Generator<string> {
    yield `${JSON.stringify(header)}\n`;
    for (const signal of ['spans', 'logs'] as const)
      for (const records of pagesOfRecords(store.database, signal, traceId, PAGE_SIZE))
        yield `{${toOtlpJson(signal, records)}}\n`;
    if (traceId === undefined)
      for (const points of pagesOfPoints(store)) yield `${JSON.stringify({ weftPoints: points })}\n`;
  }
  // Errors destroy the returned stream, so that its reader receives them.
  return pipeline(Readable.from(lines()), createGzip(), () => {});
}

interface PointRow {
  readonly id: number;
  readonly service: string;
  readonly instance: string;
  readonly metric: string;
  readonly type: ReceivedPoint['type'];
  readonly unit: string;
  readonly help: string;
  readonly labels: string;
  readonly time: number;
  readonly start: number;
  readonly value: number;
  readonly histogram: string | null;
}

function* pagesOfPoints({ database }: TelemetryStore): Generator<readonly ReceivedPoint[]> {
  const statement =
    database.prepare(`SELECT point.id, service, instance, metric, type, unit, help, labels, time, start,
    value, histogram FROM point JOIN series ON series.id = point.series WHERE point.id > ? ORDER BY point.id LIMIT ?`);
  for (let after = 0; ; ) {
    const rows = statement.all(after, PAGE_SIZE) as unknown as readonly PointRow[];
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(pointOf);
    after = last.id;
  }
}

function pointOf({ service, instance, labels, histogram, id: _id, ...rest }: PointRow): ReceivedPoint {
  return {
    ...rest,
    source: { service, instance, resource: '{}', scope: '{}' },
    labels: parseOwnJson<ReceivedPoint['labels']>(labels),
    ...(histogram !== null && { histogram: parseOwnJson<ReceivedHistogram>(histogram) }),
  };
}
