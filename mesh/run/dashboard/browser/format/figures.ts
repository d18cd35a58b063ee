/** Keeps a number and its unit on one line. */
const NO_BREAK_SPACE = '\u00a0';
/** Shown in place of an unknown value. */
export const NO_VALUE = '–';

const THREE_DIGITS = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Appends a unit, joined by a non-breaking space. */
export function withUnit(text: string, unit: string): string {
  return unit === '' ? text : `${text}${NO_BREAK_SPACE}${unit}`;
}

/** Formats a number with at most three significant digits, and whole numbers exactly: `0.0312`, `12.4`, `1,240`. */
export function formatFigure(value: number): string {
  return Math.abs(value) >= 1_000 ? WHOLE.format(value) : THREE_DIGITS.format(value);
}

/** Formats a count with all its digits. */
export function formatCount(value: number): string {
  return WHOLE.format(value);
}

/** Formats a share from 0 to 1. Shares below 1 are never rounded up to 100 %, and shares above 0 never to 0 %. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return withUnit('< 0.1', '%');
  if (percent >= 10 && percent < 99.5) return withUnit(percent.toFixed(0), '%');
  if (percent >= 99.5 && percent < 100) return withUnit('> 99', '%');
  return withUnit(THREE_DIGITS.format(Number(percent.toFixed(1))), '%');
}

/** Formats a duration given in milliseconds: `120 µs`, `3.2 ms`, `1.4 s`, `12 min`. */
export function formatMs(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NO_VALUE;
  const size = Math.abs(value);
  if (size === 0) return withUnit('0', 'ms');
  if (size < 1) return withUnit(WHOLE.format(value * 1_000), 'µs');
  if (size < 1_000) return withUnit(size < 100 ? trim(value.toPrecision(2)) : WHOLE.format(value), 'ms');
  if (size < 120_000) return withUnit(THREE_DIGITS.format(value / 1_000), 's');
  if (size < 7_200_000) return withUnit(THREE_DIGITS.format(value / 60_000), 'min');
  return withUnit(THREE_DIGITS.format(value / 3_600_000), 'h');
}

/** Formats requests per second: `0.2/s`, `1,240/s`. */
export function formatRate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.01) return '< 0.01/s';
  return `${perSecond >= 100 ? WHOLE.format(perSecond) : trim(perSecond.toPrecision(2))}/s`;
}

/** Formats a number of things: `1 span`, `12 spans`. */
export function formatNumberOf(value: number, noun: string, plural = `${noun}s`): string {
  return `${WHOLE.format(value)}${NO_BREAK_SPACE}${value === 1 ? noun : plural}`;
}

function trim(text: string): string {
  const value = Number(text);
  return text.includes('e') ? WHOLE.format(value) : THREE_DIGITS.format(value);
}
