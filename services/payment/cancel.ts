import { throwIfInvalid } from '../kit/errors/service-error.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';
import { isOver } from './payment-status.ts';
import type { PaymentRow, Payments } from './payments.ts';
import type { PaymentProvider } from './provider.ts';

/**
 * Makes sure that no money of an order is held or kept, now or later. An authorization or a capture that is under way
 * ends as it would after this: the provider refuses its key.
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
