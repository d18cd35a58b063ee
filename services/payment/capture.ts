import { throwIfInvalid } from '../kit/errors/service-error.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';
import { type PaymentRow, type Payments, requirePayment } from './payments.ts';
import type { PaymentProvider } from './provider.ts';

/**
 * Takes the money that is held for an order, once: a repeat answers the same. Where nothing is held it answers the
 * payment as it is.
 * @throws ServiceError `invalid-request`; `not-found` for an order that nothing was authorized for
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
