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
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  // EUR has 2 digits after the point, JPY none.
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
