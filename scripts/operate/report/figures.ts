/** Keeps a number and its unit on one line. */
const NO_BREAK_SPACE = '\u00a0';
const THREE_DIGITS = new Intl.NumberFormat('en', {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const MAX_THREE_DIGITS = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat('en');

/** Shown in place of an unknown value. */
export const NO_VALUE = '–';

/** Formats a measured value with three significant digits: `0.0312`, `12.4`, `1,240`. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return NO_VALUE;
  return value === 0 ? '0' : THREE_DIGITS.format(value);
}

/** Formats a label of an axis with at most three significant digits: `0.5`, `12`. */
export function shortFigure(value: number): string {
  return MAX_THREE_DIGITS.format(value);
}

/** Formats an exact count with all its digits. */
export function count(value: number): string {
  return Number.isFinite(value) ? WHOLE.format(value) : NO_VALUE;
}

/** Formats a duration. @param value in milliseconds */
export function milliseconds(value: number | undefined): string {
  return withUnit(figure(value), 'ms');
}

/** Formats a share, 0 to 1. A share below 1 is never rounded up to 100 %. */
export function percent(share: number | undefined): string {
  if (share === undefined || share >= 1 || share <= 0.999)
    return withUnit(figure(share && Number((share * 100).toFixed(6))), '%');
  return withUnit(String(Math.floor(share * 10_000) / 100), '%');
}

/** Appends a unit, joined by a non-breaking space. Returns the placeholder of a missing value unchanged. */
export function withUnit(text: string, unit: string): string {
  return text === NO_VALUE ? text : `${text}${NO_BREAK_SPACE}${unit}`;
}
