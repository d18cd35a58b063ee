import type { Watched } from '../balance/outlier-detector.ts';
import type { Timed } from '../balance/peak-ewma.ts';
import type { Named } from '../balance/ring-hash.ts';

/** An endpoint of a callee, as one client knows it. */
export interface Host extends Named, Watched, Timed {
  /** Requests in flight. */
  active: number;
  /** The version of the callee that it is of, as far as somebody knows. */
  version: string | undefined;
}

/** A host of which nothing is known yet. */
export function newHost(id: string, version: string | undefined): Host {
  return { id, version, active: 0, latency: 0, answeredAt: 0, errors: 0, ejections: 0, ejectedAt: undefined };
}
