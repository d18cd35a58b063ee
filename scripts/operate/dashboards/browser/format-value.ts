import type { PanelThreshold, Unit } from '../../../../mesh/compile/dashboards/panel.ts';
import { figure, NO_VALUE, percent, shortFigure, withUnit } from '../../report/figures.ts';

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Formats a value with its unit: `12.4 ms`, `99.9 %`, `183 MiB`. */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE;
  switch (unit) {
    case 'ratio':
      return value < 0 ? `−${percent(-value)}` : percent(value);
    case 'multiple':
      return value > 0 && value < 0.001 ? '< 0.001×' : `${compact(value)}×`;
    case 'seconds':
      return formatSeconds(value);
    case 'bytes':
      return formatBytes(value);
    case 'cores':
      return value < 1 ? withUnit(compact(value * 1_000), 'mCPU') : withUnit(compact(value), 'CPU');
    case 'count':
      return compact(value);
    case 'requests/s':
    case 'events/s':
    case 'per second':
      return withUnit(compact(value), '/s');
  }
}

/** Formats a label of an axis, shorter than `formatValue`. */
export function formatTick(value: number, unit: Unit): string {
  if (unit === 'ratio') return withUnit(shortFigure(value * 100), '%');
  if (unit === 'requests/s' || unit === 'events/s' || unit === 'per second') return shortFigure(value);
  return formatValue(value, unit)
    .replace(/(\.\d*?)0+(?!\d)/, '$1')
    .replace(/\.(?!\d)/, '');
}

/** Returns whether a value is on the wrong side of a threshold. */
export function isBreach(value: number | null | undefined, threshold: PanelThreshold | undefined): boolean {
  if (!threshold || value === null || value === undefined) return false;
  return threshold.breach === 'above' ? value > threshold.value : value < threshold.value;
}

function formatSeconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return withUnit('0', 's');
  if (size < 0.001) return withUnit(figure(value * 1e6), 'µs');
  if (size < 1) return withUnit(figure(value * 1_000), 'ms');
  if (size < 120) return withUnit(figure(value), 's');
  if (size < 7_200) return withUnit(figure(value / 60), 'min');
  return withUnit(figure(value / 3_600), 'h');
}

function formatBytes(value: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(1, Math.abs(value))) / 10), BYTES.length - 1);
  return withUnit(figure(value / 1_024 ** power), BYTES[power] ?? '');
}

/** Formats whole numbers exactly, and others with three digits. */
function compact(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : figure(value);
}
