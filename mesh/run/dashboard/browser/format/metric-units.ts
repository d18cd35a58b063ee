import { formatFigure, formatMs, formatPercent, NO_VALUE, withUnit } from './figures.ts';

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/**
 * Formats a value of a metric in its unit.
 * @param unit UCUM code, as OpenTelemetry uses it: `s`, `ms`, `By`, `1`, `{request}`; or the words of Prometheus
 * @param isRate whether the value counts per second
 */
export function formatMetric(value: number | null | undefined, unit: string, isRate: boolean): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE;
  if (isRate)
    return unit === 'By' || unit === 'bytes' ? `${formatBytes(value)}/s` : `${formatFigure(value)}/s`;
  switch (unit) {
    case 's':
    case 'seconds':
      return formatMs(value * 1_000);
    case 'ms':
    case 'milliseconds':
      return formatMs(value);
    case 'us':
      return formatMs(value / 1_000);
    case 'ns':
      return formatMs(value / 1e6);
    case 'By':
    case 'bytes':
      return formatBytes(value);
    case 'ratio':
      return formatPercent(value);
    case '%':
      return formatPercent(value / 100);
    default:
      return /^(?:1|\{.*\})?$/.test(unit) ? formatFigure(value) : withUnit(formatFigure(value), unit);
  }
}

/** Names what the numbers of an axis count. Empty if its labels say so themselves. */
export function unitName(unit: string, isRate: boolean): string {
  const noun = /^\{(.*)\}$/.exec(unit)?.[1] ?? '';
  if (!isRate) return noun;
  return noun === '' ? 'per second' : `${noun} per second`;
}

function formatBytes(value: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(1, Math.abs(value))) / 10), BYTES.length - 1);
  return withUnit(formatFigure(value / 1_024 ** power), BYTES[power] ?? '');
}
