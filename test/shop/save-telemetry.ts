import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../../mesh/run/process/read-json.ts';
import { downloadExport } from '../../scripts/operate/telemetry/download-export.ts';
import type { DashboardAddress } from '../../scripts/operate/telemetry/find-dashboard.ts';

const TRACES = z.object({ traces: z.array(z.object({ traceId: z.string() })) });

/**
 * Writes the telemetry of a shop to `test-results/`. The file opens with the last trace that has an error, or else with
 * the last trace.
 *
 * @returns the path of the file
 */
export async function saveTelemetry(dashboard: DashboardAddress, title: string): Promise<string> {
  const failed = await lastTrace(dashboard, '&error=true');
  const focusTraceId = failed ?? (await lastTrace(dashboard, ''));
  const folder = join(process.cwd(), 'test-results');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${title.toLowerCase().replaceAll(/[^\da-z]+/g, '-')}.ndjson.gz`);
  await downloadExport(dashboard, file, { focusTraceId, source: title });
  return file;
}

async function lastTrace({ url, token }: DashboardAddress, filter: string): Promise<string | undefined> {
  const response = await fetch(`${url}/api/traces?limit=1${filter}`, { headers: { 'x-api-key': token } });
  const { traces } = readJson(TRACES, await response.text(), { name: response.url });
  return traces[0]?.traceId;
}
