/** Returns the time in milliseconds since the epoch, comparable between processes and finer than Date.now. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
