import type { Decision } from './decision.ts';
import type { InFlight } from './in-flight.ts';
import type { Outgoing } from './outgoing.ts';
import { type Sent, Try } from './try.ts';

export interface Method {
  /** `/weft.product.v1.ProductService/GetProduct` */
  readonly path: string;
  /** Whether a second time does no harm. */
  readonly isIdempotent: boolean;
}

/** A call on its way, for those who decide how often it is tried. */
export interface CallRun<T> {
  readonly outgoing: Outgoing;
  readonly method: Method;
  readonly inFlight: InFlight;
  readonly observe: (decision: Decision) => void;
  send(one: Try): Sent<T>;
}

/** Decides how often, and when, a call is tried. */
export type Strategy = <T>(run: CallRun<T>) => Promise<T>;

/** Tries a call once. */
export const once: Strategy = (run) => run.send(new Try(0, [])).answer;
