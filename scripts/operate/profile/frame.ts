/** A function on a stack, with all samples of the same stack. */
export interface Frame {
  readonly name: string;
  /** `services/order/saga.ts:42`, `node:net`; empty for functions of V8. */
  readonly place: string;
  /** The package, or the part of the sources, to which the function belongs. */
  readonly part: string;
  /** Microseconds or bytes of the function alone. */
  readonly self: number;
  /** The same, with everything that it calls. */
  readonly total: number;
  /** The frames that it calls, largest first. */
  readonly children: readonly Frame[];
}
