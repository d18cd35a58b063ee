import { z } from 'zod';
import { tryParseJson } from '../../../mesh/run/process/read-json.ts';
import type { Load } from './load.ts';

/**
 * Formats the failures of a load: one line for each kind, the most frequent first, with its count and its first time.
 */
export function formatFailures({ failures }: Pick<Load, 'failures'>): readonly string[] {
  const kinds = Map.groupBy(
    failures,
    ({ status, reason }) => `${status ?? 'no response'}: ${oneLine(reason)}`,
  );
  return [...kinds]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([kind, [first, ...others]]) => {
      const since = ((first?.at ?? 0) / 1_000).toFixed(1);
      return `${others.length + 1} x ${kind} (the first ${since} s after the start)`;
    });
}

/**
 * Returns the code and detail of a problem+json body (RFC 9457). Omits fields such as the request id, so that equal
 * failures are counted as one kind.
 */
function oneLine(reason: string): string {
  const { code, detail } = problem(reason);
  return code ? `${code}: ${detail ?? ''}` : reason.trim().replaceAll(/\s+/g, ' ');
}

const PROBLEM = z.object({ code: z.string().exactOptional(), detail: z.string().exactOptional() });

function problem(text: string): z.infer<typeof PROBLEM> {
  return PROBLEM.safeParse(tryParseJson(text)).data ?? {};
}
