/** Keeps a number and its unit on one line. */
const SPACE = '\u00a0';
const THREE_DIGITS = new Intl.NumberFormat('en', {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const WHOLE = new Intl.NumberFormat('en');

/** What stands where a figure is not known. */
export const NOTHING = '–';

/** Three significant digits: `0.0312`, `12.4`, `1,240`. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return NOTHING;
  return value === 0 ? '0' : THREE_DIGITS.format(value);
}

/** Something that was counted or chosen: no digit is left out, and none made up. */
export function count(value: number): string {
  return Number.isFinite(value) ? WHOLE.format(value) : NOTHING;
}

/** @param value milliseconds */
export function milliseconds(value: number | undefined): string {
  return withUnit(figure(value), 'ms');
}

/** @param share 0 to 1; what is not quite all is never rounded to all */
export function percent(share: number | undefined): string {
  if (share === undefined || share >= 1 || share <= 0.999)
    return withUnit(figure(share && Number((share * 100).toFixed(6))), '%');
  return withUnit(String(Math.floor(share * 10_000) / 100), '%');
}

export function withUnit(text: string, unit: string): string {
  return text === NOTHING ? text : `${text}${SPACE}${unit}`;
}
