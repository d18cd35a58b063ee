import type { Money } from '../proto/gen/weft/money/v1/money.ts';
import type { OrderEvent } from '../proto/gen/weft/order/v1/order.ts';

const REASONS: Readonly<Record<string, string>> = {
  'payment-declined': 'the payment was declined',
  'payment-timeout': 'the payment was not completed in time; you were not charged',
  abandoned: 'it was not completed',
};

/** Returns the text of the notification about an event. */
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
  /** Fraction digits: 2 for EUR, 0 for JPY. */
  readonly digits: number;
}

/** Cached, because creating a NumberFormat costs more than the rest of a notification. */
const currencies = new Map<string, Currency>();

function currencyOf(code: string): Currency {
  const cached = currencies.get(code);
  if (cached) return cached;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: code });
  const currency = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 };
  currencies.set(code, currency);
  return currency;
}
