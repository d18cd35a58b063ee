import { gunzipSync } from 'node:zlib';
import type { ImportView } from '../../../../../mesh/run/dashboard/api/views.ts';
import type { TestDashboard } from '../test-dashboard.ts';

/** Exports all telemetry of a dashboard. */
export async function exportAll({ fetch }: Pick<TestDashboard, 'fetch'>, query = ''): Promise<Buffer> {
  const response = await fetch(`/api/export${query}`);
  if (response.status !== 200) throw new Error(await response.text());
  return Buffer.from(await response.arrayBuffer());
}

export interface ImportResult extends Partial<ImportView> {
  /** Reason for which the import was refused. */
  readonly detail?: string;
}

export async function importFile(
  { fetch }: Pick<TestDashboard, 'fetch'>,
  file: Uint8Array<ArrayBuffer> | string,
): Promise<ImportResult> {
  return (await (await fetch('/api/import', { method: 'POST', body: file })).json()) as ImportResult;
}

/** Returns the lines of an exported file without its header, which has the time of the export. */
export function recordsOf(file: Buffer): readonly string[] {
  return gunzipSync(file).toString('utf8').split('\n').slice(1);
}
