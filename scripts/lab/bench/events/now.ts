/** Milliseconds, by a clock that all processes of this machine share and that is finer than Date.now. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
