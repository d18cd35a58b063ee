import { throwIfInvalid } from '../kit/errors/service-error.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';
import { type PaymentRow, type Payments, requirePayment } from './payments.ts';
import type { PaymentProvider } from './provider.ts';

/**
 * Captures the authorized money of an order, once. A repeated request returns the same payment. If nothing is
 * authorized, it returns the payment unchanged.
 * @throws ServiceError `invalid-request`; `not-found` for an order without a payment
 */
export async function capture(
  payments: Payments,
  provider: PaymentProvider,
  orderId: string,
  signal: AbortSignal,
): Promise<PaymentRow> {
  throwIfInvalid(uuidViolations(orderId, 'orderId'));
  const key = orderId.toLowerCase();
  let payment: PaymentRow | undefined;
  for await (const outcome of provider.capture(key, signal)) payment = await payments.record(key, outcome);
  return payment ?? requirePayment(payments, orderId);
}
