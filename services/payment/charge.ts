import { keyViolations } from '../kit/key-violations.ts';
import { MAX_TOTAL } from '../kit/money.ts';
import { refuse } from '../kit/refuse.ts';
import { serviceError, type Violation } from '../kit/service-error.ts';
import { uuidViolations } from '../kit/uuid-violations.ts';
import type { ChargeRequest } from '../proto/gen/weft/payment/v1/payment.ts';
import type { PaymentRow, Payments } from './payments.ts';
import type { PaymentProvider, ProviderCharge } from './provider.ts';

/**
 * Takes the money of an order, once: a repeat answers the first outcome, or asks the provider for it when it is
 * not known yet. An order that was cancelled before answers `refunded`.
 * @throws ServiceError `invalid-request`; `idempotency-key-reused` for another amount or token
 */
export async function charge(
  payments: Payments,
  provider: PaymentProvider,
  request: ChargeRequest,
  signal: AbortSignal,
): Promise<PaymentRow> {
  const asked = validCharge(request);
  let payment = await payments.begin(asked);
  if (payment.amount !== null && !isOf(payment, asked)) throw serviceError('idempotency-key-reused');
  if (payment.status !== 'authorizing') return payment;
  for await (const outcome of provider.charge(asked, signal))
    payment = await payments.record(asked.key, outcome);
  return payment;
}

function isOf(payment: PaymentRow, { amount, currency, token }: ProviderCharge): boolean {
  return Number(payment.amount) === amount && payment.currency === currency && payment.token === token;
}

function validCharge({ orderId, amount: money, token }: ChargeRequest): ProviderCharge {
  const { amount = -1, currency = '' } = money ?? {};
  const violations: Violation[] = [...uuidViolations(orderId, 'orderId'), ...keyViolations(token, 'token')];
  if (!Number.isSafeInteger(amount) || amount < 0 || amount > MAX_TOTAL) {
    const description = `${amount} is out of range; give 0 to ${MAX_TOTAL} minor units`;
    violations.push({ field: 'amount.amount', description });
  }
  if (!/^[A-Z]{3}$/.test(currency)) {
    violations.push({ field: 'amount.currency', description: `'${currency}' is not three capital letters` });
  }
  refuse(violations);
  return { key: orderId.toLowerCase(), amount, currency, token };
}
