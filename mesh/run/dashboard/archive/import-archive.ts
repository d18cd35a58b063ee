import type { ImportView } from '../api/views.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import type { ArchiveHeader } from './archive-header.ts';
import { type ArchiveSink, readArchive } from './read-archive.ts';

/**
 * Adds the telemetry of an exported file to a store.
 *
 * @param observer also receives the contents. @default none
 * @throws Error as readArchive does, and if the store is full
 */
export async function importArchive(
  file: AsyncIterable<Buffer>,
  name: string,
  store: TelemetryStore,
  observer: Partial<ArchiveSink> = {},
): Promise<ImportView> {
  let header: ArchiveHeader | undefined;
  const counts = { spans: 0, logs: 0, metricPoints: 0 };
  const check = (problem: string | undefined) => {
    if (problem !== undefined) throw new Error(`${name} cannot be stored: ${problem}`);
  };
  // A file that is imported twice, or into the run that exported it, adds no record twice.
  const traces = new Map<string, boolean>();
  const lastLogId = store.lastLogId();
  const isNew = (traceId: string) => {
    const value = traces.get(traceId) ?? !store.hasTrace(traceId);
    traces.set(traceId, value);
    return value;
  };
  await readArchive(file, name, {
    onHeader(value) {
      header = value;
      observer.onHeader?.(value);
    },
    onSpans(all) {
      const spans = all.filter(({ span }) => isNew(span.traceId));
      counts.spans += spans.length;
      check(store.addSpans(spans, Date.now()));
      observer.onSpans?.(spans);
    },
    onLogs(all) {
      const logs = all.filter((log) => !store.hasLog(log, lastLogId));
      counts.logs += logs.length;
      check(store.addLogs(logs));
      observer.onLogs?.(logs);
    },
    onPoints(points) {
      const before = store.addedPoints;
      check(store.addPoints(points));
      counts.metricPoints += store.addedPoints - before;
      observer.onPoints?.(points);
    },
  });
  return { ...counts, focusTraceId: header?.focusTraceId ?? null };
}
