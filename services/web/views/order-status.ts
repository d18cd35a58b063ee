import type { Order } from '../../proto/gen/weft/order/v1/order.ts';

/** A status of an order in words. */
export interface StatusText {
  readonly title: string;
  readonly detail: string;
}

const REASONS: Readonly<Record<string, string>> = {
  'payment-declined': 'Your card was declined.',
  'payment-timeout': 'The payment was not completed in time.',
  abandoned: 'The order was not completed.',
};

/** Returns the status of an order in words. */
export function statusText({ status, reason }: Pick<Order, 'status' | 'reason'>): StatusText {
  switch (status) {
    case 'confirmed':
      return { title: 'Confirmed', detail: 'Thank you. Your payment was received, and the order is yours.' };
    case 'cancelled': {
      const cause = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
      return { title: 'Cancelled', detail: `${cause ?? 'The order was cancelled.'} You were not charged.` };
    }
    default:
      return { title: 'In progress', detail: 'We are waiting for your payment. This takes a moment.' };
  }
}
