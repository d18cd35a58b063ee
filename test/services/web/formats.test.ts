import { expect, test } from '@jest/globals';
import { formatsOf } from '../../../services/web/format/formats.ts';
import { localeOf } from '../../../services/web/format/locale.ts';
import { parseAmount } from '../../../services/web/format/parse-amount.ts';

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['de-DE,de;q=0.9,en;q=0.8', 'de-DE'],
  ['en;q=0.1, sv-se;q=0.9', 'sv-SE'],
  ['zh-Hant-TW', 'zh'],
  ['fr;q=0', 'en'],
  ['qq-QQ, nl', 'nl'],
  ['x'.repeat(5_000), 'en'],
  ['de;q=nonsense, pl', 'pl'],
])('the locale of %j is %s', (header, locale) => {
  expect(localeOf(header)).toBe(locale);
});

test('amounts have the digits of their currency, and times are in UTC', () => {
  const { money, time, number } = formatsOf('en');
  expect(money({ amount: 123_456, currency: 'EUR' })).toBe('€1,234.56');
  expect(money({ amount: 1_234, currency: 'JPY' })).toBe('¥1,234');
  expect(money(undefined)).toBe('–');
  expect(number(1_000)).toBe('1,000');
  expect(time(new Date('2026-01-02T03:04:05Z'))).toMatch(/Jan 2, 2026, 3:04\sAM UTC/);
});

test.each([
  ['12.50', 'EUR', 1_250],
  ['12,5', 'EUR', 1_250],
  [' 12 ', 'EUR', 1_200],
  ['12', 'JPY', 12],
  ['12.5', 'JPY', undefined],
  ['1.234', 'EUR', undefined],
  ['-1', 'EUR', undefined],
  ['1e3', 'EUR', undefined],
  ['', 'EUR', undefined],
])('the amount %j in %s is %s minor units', (text, currency, amount) => {
  expect(parseAmount(text, currency)).toBe(amount);
});
