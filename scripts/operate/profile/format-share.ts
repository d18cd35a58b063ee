/** Returns a share of a profile in percent, and its size: `12.3 %`, `456 ms` or `1.2 MiB`. */
export function formatShare(size: number, share: number, unit: 'us' | 'bytes'): readonly [string, string] {
  const formatted = unit === 'us' ? `${(size / 1_000).toFixed(0)} ms` : `${(size / 2 ** 20).toFixed(2)} MiB`;
  return [`${(share * 100).toFixed(1)} %`, formatted];
}

/** Returns a share without decimals: `42 %`. */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
