import { throwIfInvalid } from '../kit/errors/service-error.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';
import { isOver } from './payment-status.ts';
import type { PaymentRow, Payments } from './payments.ts';
import type { PaymentProvider } from './provider.ts';

/**
 * Cancels the payment of an order, so that no money is held now or later. An authorization or capture in progress has
 * no effect afterwards: the provider refuses its key.
 * @throws ServiceError `invalid-request`
 */
export async function cancel(
  payments: Payments,
  provider: PaymentProvider,
  orderId: string,
): Promise<PaymentRow> {
  throwIfInvalid(uuidViolations(orderId, 'orderId'));
  const payment = await payments.voidIfAbsent(orderId);
  if (isOver(payment.status)) return payment;
  return payments.record(payment.order_id, await provider.cancel(payment.order_id));
}
