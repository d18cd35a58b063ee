import { refuse } from '../kit/refuse.ts';
import { uuidViolations } from '../kit/uuid-violations.ts';
import type { PaymentRow, Payments } from './payments.ts';
import type { PaymentProvider } from './provider.ts';

/**
 * Makes sure that no money of an order is kept, now or later. A charge that is under way ends as it would after
 * this: the provider refuses its key.
 * @throws ServiceError `invalid-request`
 */
export async function cancel(
  payments: Payments,
  provider: PaymentProvider,
  orderId: string,
): Promise<PaymentRow> {
  refuse(uuidViolations(orderId, 'orderId'));
  const payment = await payments.bury(orderId);
  if (payment.status === 'declined' || payment.status === 'refunded') return payment;
  await provider.cancel(payment.order_id);
  return payments.refund(orderId);
}
