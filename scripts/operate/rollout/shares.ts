import type { Version } from '../../../mesh/graph/version.ts';
import type { Load } from '../load/load.ts';
import { addsAvailability } from '../load/requests.ts';
import { binomialInterval } from './binomial.ts';
import type { Inbound } from './inbound.ts';

/** Confidence level of the interval that a count must lie in. */
export const CONFIDENCE = 0.999;

/** A requested share of the requests, and the measured one. */
export interface Share {
  /** The counted requests: those to a version, responses of one kind, or copies. */
  readonly what: string;
  readonly requestedPercent: number;
  readonly count: number;
  readonly total: number;
  /** Smallest count that chance explains, with CONFIDENCE. */
  readonly minCount: number;
  /** Largest count that chance explains, with CONFIDENCE. */
  readonly maxCount: number;
  readonly holds: boolean;
}

/**
 * Compares the measured share of each version with its weight.
 *
 * @param load all requests that were sent
 * @param inbound requests to each version during the load, as counted by the sidecars of its pods
 */
export function measureShares(
  versions: readonly Version[],
  load: Load,
  inbound: ReadonlyMap<string, Inbound>,
): readonly Share[] {
  const mirrored = versions.find(({ mirrorPercent = 0 }) => mirrorPercent > 0);
  const receivedBy = (name: string) => inbound.get(name)?.requests ?? 0;
  const all = versions.reduce((sum, { name }) => sum + receivedBy(name), 0);
  // A sidecar cannot tell a mirrored request from another: the requests beyond those sent are copies.
  const copies = mirrored ? Math.min(Math.max(0, all - load.sent), receivedBy(mirrored.name)) : 0;
  const counts = versions.map(({ name }) => receivedBy(name) - (name === mirrored?.name ? copies : 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const answers = Object.values(load.marks).reduce((sum, count) => sum + count, 0);
  const distinct = versions.filter(addsAvailability);
  return [
    ...versions.map(({ name, weight }, index) => compareShare(name, weight, counts[index] ?? 0, total)),
    ...(answers > 0 && distinct.length > 0
      ? [
          compareShare(
            `responses with availability (${distinct.map(({ name }) => name).join(', ')})`,
            distinct.reduce((sum, { weight }) => sum + weight, 0),
            load.marks.availability ?? 0,
            answers,
          ),
        ]
      : []),
    ...(mirrored
      ? [
          compareShare(
            `requests mirrored to ${mirrored.name}`,
            mirrored.mirrorPercent ?? 0,
            copies,
            load.sent,
          ),
        ]
      : []),
  ];
}

function compareShare(what: string, requestedPercent: number, count: number, total: number): Share {
  const { min, max } = binomialInterval(total, requestedPercent / 100, CONFIDENCE);
  return {
    what,
    requestedPercent,
    count,
    total,
    minCount: min,
    maxCount: max,
    holds: total > 0 && count >= min && count <= max,
  };
}

/** Formats shares as the lines of a table. */
export function formatShares(shares: readonly Share[]): readonly string[] {
  const rows = shares.map(({ what, requestedPercent, count, total, minCount, maxCount, holds }) => [
    what,
    `${requestedPercent} %`,
    total === 0 ? 'no requests' : `${((count / total) * 100).toFixed(2)} %`,
    `${count} of ${total}`,
    `${minCount} to ${maxCount}`,
    holds ? 'ok' : 'OUT OF RANGE',
  ]);
  const head = ['', 'requested', 'measured', 'count', `${CONFIDENCE * 100} % interval`, ''];
  return alignColumns([head, ...rows]);
}

/** Formats rows as lines with aligned columns: the first one to the left, the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
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
