/** Something wrong in a graph or a manifest, said so that a reader knows what to change. */
export interface Problem {
  /** Path of the construct or manifest field. */
  readonly path: string;
  /** Which rule was broken, stable: `policy/timeout`. */
  readonly rule: string;
  /** In lower case: the bad value and what to change. */
  readonly message: string;
}
