import type { Money } from '../proto/gen/weft/money/v1/money.ts';
import type { OrderEvent } from '../proto/gen/weft/order/v1/order.ts';

const REASONS: Readonly<Record<string, string>> = {
  'payment-declined': 'the payment was declined',
  'payment-timeout': 'the payment was not completed in time; you were not charged',
  abandoned: 'it was not completed',
};

/** What to tell the customer of an event. */
export function notificationText({ kind, order }: OrderEvent): string {
  const reason = kind === 'cancelled' ? REASONS[order?.reason ?? ''] : undefined;
  const text = `Your order ${order?.id} of ${amountOf(order?.total)} was ${kind}`;
  return reason ? `${text}: ${reason}.` : `${text}.`;
}

function amountOf({ amount, currency }: Money = { amount: 0, currency: 'EUR' }): string {
  const { format, digits } = currencyOf(currency);
  return format.format(amount / 10 ** digits);
}

interface Currency {
  readonly format: Intl.NumberFormat;
  /** After the point: EUR has 2, JPY none. */
  readonly digits: number;
}

/** To make a format costs more than all else that is done for a notification. */
const currencies = new Map<string, Currency>();

function currencyOf(code: string): Currency {
  const known = currencies.get(code);
  if (known) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: code });
  const currency = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 };
  currencies.set(code, currency);
  return currency;
}
