import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { tryParseJson } from '../../../mesh/run/process/read-json.ts';
import { CONTRAST_LAYERS, type ContrastReport } from './report.ts';

const amount = z.number().min(0);
/** A value that was not measured is NaN, which JSON stores as null. */
const measured = z.union([amount, z.null().transform(() => Number.NaN)]);
const counts = z.record(z.string(), measured);
const layer = z.enum(CONTRAST_LAYERS);
const cost = z.object({ cpuMsPer1000Requests: measured, memoryMiB: measured });

const run = z.object({
  layer,
  sent: amount,
  succeeded: amount,
  goodputPerSecond: amount,
  statuses: counts,
  latencyMs: z.object({ p50: measured, p90: measured, p99: measured, p999: measured }),
  attemptsPerRequest: counts,
  replicas: z.array(z.object({ name: z.string(), attempts: amount, fault: z.string().exactOptional() })),
  movedKeyShare: z.number().min(0).max(1).exactOptional(),
  decisions: counts,
  application: cost,
  proxy: cost.exactOptional(),
  timeline: z.array(
    z.object({ second: amount, sent: amount, succeeded: amount, p99Ms: measured.exactOptional() }),
  ),
});

const report = z.object({
  createdAt: z.string(),
  where: z.enum(['local', 'kind']),
  machine: z.object({ cpu: z.string(), cores: amount, memoryMiB: amount, node: z.string() }),
  layers: z.array(layer),
  unsupportedFields: z.partialRecord(layer, z.array(z.string())).exactOptional(),
  scenarios: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      description: z.string(),
      measure: z.enum(['success', 'p99', 'attempts', 'goodput', 'spread', 'cost']),
      requestsPerSecond: amount,
      durationS: amount,
      maxUsefulLatencyMs: amount,
      runs: z.array(run),
      synthesisError: z.string().exactOptional(),
    }),
  ),
});

/**
 * Reads a report that `npm run contrast` wrote.
 * @throws Error when the file is missing, unreadable or not a report
 */
export async function readReport(path: string): Promise<ContrastReport> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code ?? error.message})`;
    throw new Error(`${path} ${reason}; create it with npm run contrast`, { cause: error });
  });
  return parseReport(path, text);
}

/**
 * Parses the JSON text of a report.
 * @param path names the text in errors
 * @throws Error with the first invalid field
 */
export function parseReport(path: string, text: string): ContrastReport {
  const parsed = report.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.length ? `${issue.path.map(String).join('.')}: ` : '';
  throw new Error(
    `${path} is not a report: ${field}${issue?.message ?? ''}; create one with npm run contrast`,
  );
}

function parseJson(path: string, text: string): unknown {
  const value = tryParseJson(text);
  if (value === undefined) throw new Error(`${path} is not JSON; recreate it with npm run contrast`);
  return value;
}
