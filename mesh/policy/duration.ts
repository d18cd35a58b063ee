/** A length of time with its unit: `'250ms'`, `'2s'`, `'5m'`, `'1h'`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Converts `duration` to milliseconds. Returns NaN unless it is a non-negative decimal number followed by a unit. */
export function milliseconds(duration: Duration): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration);
  if (!parts) return Number.NaN;
  return Number(parts[1]) * MILLISECONDS[parts[2] as keyof typeof MILLISECONDS];
}
