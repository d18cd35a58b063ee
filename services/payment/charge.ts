import type { ChargeRequest } from '../proto/gen/weft/payment/v1/payment.ts';
import { authorize } from './authorize.ts';
import { capture } from './capture.ts';
import type { PaymentRow, Payments } from './payments.ts';
import type { PaymentProvider } from './provider.ts';

/**
 * Authorizes and captures, as callers from before those two ask for it.
 * @throws ServiceError what those throw
 */
export async function charge(
  payments: Payments,
  provider: PaymentProvider,
  request: ChargeRequest,
  signal: AbortSignal,
): Promise<PaymentRow> {
  const payment = await authorize(payments, provider, request, signal);
  if (payment.status !== 'authorized') return payment;
  return capture(payments, provider, payment.order_id, signal);
}
