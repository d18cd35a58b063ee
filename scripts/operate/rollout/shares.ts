import type { Version } from '../../../mesh/graph/service.ts';
import type { Load } from '../load/load.ts';
import { addsAvailability } from '../load/requests.ts';
import { binomialInterval } from './binomial.ts';
import type { Inbound } from './inbound.ts';

/** How sure it must be that a count is not chance before it counts as wrong. */
export const CONFIDENCE = 0.999;

/** A share that was asked for, next to the one that was counted. */
export interface Share {
  readonly what: string;
  /** Percent. */
  readonly asked: number;
  readonly counted: number;
  readonly of: number;
  /** Counts that chance explains, with CONFIDENCE. */
  readonly least: number;
  readonly most: number;
  readonly holds: boolean;
}

/**
 * Compares what came to each version with its weight.
 *
 * @param load all requests that were sent
 * @param inbound what came to each version meanwhile, by the sidecars of its pods
 */
export function sharesOf(
  versions: readonly Version[],
  load: Load,
  inbound: ReadonlyMap<string, Inbound>,
): readonly Share[] {
  const mirrored = versions.find(({ mirrorPercent = 0 }) => mirrorPercent > 0);
  const came = (name: string) => inbound.get(name)?.requests ?? 0;
  const all = versions.reduce((sum, { name }) => sum + came(name), 0);
  // A sidecar cannot tell a copy from a request: what came beyond the requests is copies.
  const copies = mirrored ? Math.min(Math.max(0, all - load.sent), came(mirrored.name)) : 0;
  const counts = versions.map(({ name }) => came(name) - (name === mirrored?.name ? copies : 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const answers = Object.values(load.marks).reduce((sum, count) => sum + count, 0);
  const telling = versions.filter(addsAvailability);
  return [
    ...versions.map(({ name, weight }, index) => share(name, weight, counts[index] ?? 0, total)),
    ...(answers > 0 && telling.length > 0
      ? [
          share(
            `answers with availability (${telling.map(({ name }) => name).join(', ')})`,
            telling.reduce((sum, { weight }) => sum + weight, 0),
            load.marks.availability ?? 0,
            answers,
          ),
        ]
      : []),
    ...(mirrored
      ? [share(`copies to ${mirrored.name}`, mirrored.mirrorPercent ?? 0, copies, load.sent)]
      : []),
  ];
}

function share(what: string, asked: number, counted: number, of: number): Share {
  const { least, most } = binomialInterval(of, asked / 100, CONFIDENCE);
  return { what, asked, counted, of, least, most, holds: of > 0 && counted >= least && counted <= most };
}

/** Shares as lines of a table. */
export function shareTable(shares: readonly Share[]): readonly string[] {
  const rows = shares.map(({ what, asked, counted, of, least, most, holds }) => [
    what,
    `${asked} %`,
    of === 0 ? 'none came' : `${((counted / of) * 100).toFixed(2)} %`,
    `${counted} of ${of}`,
    `${least} to ${most}`,
    holds ? 'holds' : 'DOES NOT HOLD',
  ]);
  const head = ['', 'asked', 'measured', 'counted', `${CONFIDENCE * 100} % interval`, ''];
  return columns([head, ...rows]);
}

/** Rows as lines, the columns below each other, the first one to the left and the others to the right. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
