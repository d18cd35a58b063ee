import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { tryParseJson } from '../../../mesh/run/process/read-json.ts';
import { CONTRASTED, type Report } from './report.ts';

const amount = z.number().min(0);
/** JSON has no NaN: what could not be measured is null in it. */
const measured = z.union([amount, z.null().transform(() => Number.NaN)]);
const counts = z.record(z.string(), measured);
const layer = z.enum(CONTRASTED);
const cost = z.object({ cpuMsPer1000: measured, memoryMiB: measured });

const run = z.object({
  layer,
  sent: amount,
  succeeded: amount,
  goodput: amount,
  statuses: counts,
  latencyMs: z.object({ p50: measured, p90: measured, p99: measured, p999: measured }),
  tries: counts,
  hosts: z.array(z.object({ name: z.string(), tries: amount, trouble: z.string().exactOptional() })),
  movedKeys: z.number().min(0).max(1).exactOptional(),
  decisions: counts,
  application: cost,
  proxy: cost.exactOptional(),
  timeline: z.array(
    z.object({ second: amount, sent: amount, succeeded: amount, p99: measured.exactOptional() }),
  ),
});

const report = z.object({
  made: z.string(),
  where: z.enum(['local', 'kind']),
  machine: z.object({ cpu: z.string(), cores: amount, memoryMiB: amount, node: z.string() }),
  layers: z.array(layer),
  lost: z.partialRecord(layer, z.array(z.string())).exactOptional(),
  scenarios: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      what: z.string(),
      measure: z.enum(['success', 'p99', 'attempts', 'goodput', 'spread', 'cost']),
      rate: amount,
      seconds: amount,
      usefulMs: amount,
      runs: z.array(run),
      refusal: z.string().exactOptional(),
    }),
  ),
});

/**
 * Reads what `npm run contrast` wrote.
 * @throws Error that says what is wrong with the file, and how a right one is made
 */
export async function readReport(path: string): Promise<Report> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'ENOENT' ? 'is not there' : `cannot be read (${error.code ?? error.message})`;
    throw new Error(`${path} ${reason}: npm run contrast makes it`, { cause: error });
  });
  return parseReport(path, text);
}

/**
 * @param path what the text is called in errors
 * @throws Error that names the place in the text and what is wrong there
 */
export function parseReport(path: string, text: string): Report {
  const parsed = report.safeParse(json(path, text));
  if (parsed.success) return parsed.data;
  const { path: place = [], message = '' } = parsed.error.issues[0] ?? {};
  const where = place.length > 0 ? `${place.map(String).join('.')}: ` : '';
  throw new Error(`${path} is no report: ${where}${message}; npm run contrast makes one`);
}

function json(path: string, text: string): unknown {
  const value = tryParseJson(text);
  if (value === undefined) throw new Error(`${path} is no JSON: npm run contrast makes it again`);
  return value;
}
