/** Numbers by which the distance between ticks is a multiple of a power of ten. */
const STEPS = [1, 2, 5, 10];

/**
 * Returns round times from 0 to below `durationMs`, in milliseconds.
 * @param maxTicks maximum number of ticks, at least 2
 */
export function timeTicks(durationMs: number, maxTicks: number): readonly number[] {
  if (!(durationMs > 0)) return [0];
  const raw = durationMs / maxTicks;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (STEPS.find((one) => one * power >= raw) ?? 10) * power;
  const count = Math.ceil(durationMs / step);
  return Array.from({ length: count }, (_, index) => Number((index * step).toPrecision(12)));
}
