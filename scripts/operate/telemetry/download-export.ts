import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { DashboardAddress } from './find-dashboard.ts';

export interface ExportOptions {
  /** Exports only this trace with its logs. @default all telemetry */
  readonly traceId?: string | undefined;
  /** Trace that opens first. @default none */
  readonly focusTraceId?: string | undefined;
  /** Name of the run in the exported file. @default `npm start` */
  readonly source?: string | undefined;
}

/** Writes the telemetry of a running dashboard to a file. @throws Error with the reason if the dashboard refuses */
export async function downloadExport(
  { url, token }: DashboardAddress,
  file: string,
  { traceId, focusTraceId, source }: ExportOptions = {},
): Promise<void> {
  const query = new URLSearchParams({
    ...(traceId !== undefined && { traceId }),
    ...(focusTraceId !== undefined && { focus: focusTraceId }),
    ...(source !== undefined && { source }),
  });
  const response = await fetch(`${url}/api/export?${query}`, { headers: { 'x-api-key': token } }).catch(
    (error: Error) => {
      throw new Error(`the live page at ${url} does not respond; run npm start`, { cause: error });
    },
  );
  if (!response.ok || !response.body)
    throw new Error(`the live page at ${url} refused the export: ${await response.text()}`);
  await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(file));
}
