/** A rule that a graph or a manifest breaks. */
export interface Problem {
  /** Path of the construct or the manifest field. */
  readonly path: string;
  /** Stable id of the rule: `policy/timeout`. */
  readonly rule: string;
  /** In lower case: the offending value and how to fix it. */
  readonly message: string;
}
