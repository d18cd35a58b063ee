import { serviceError, throwIfInvalid, type Violation } from '../kit/errors/service-error.ts';
import { textViolations } from '../kit/fields/text-rules.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';
import type { AuthorizeRequest } from '../proto/gen/weft/payment/v1/payment.ts';
import { MAX_TOTAL, PAYMENT_TOKEN } from '../proto/limits.ts';
import type { PaymentRow, Payments } from './payments.ts';
import type { AuthorizationRequest, PaymentProvider } from './provider.ts';

/**
 * Holds the money of an order, once: a repeat answers what has become of the payment since, or asks the provider for it
 * when it is not known yet. An order that was cancelled before answers `voided` or `refunded`.
 * @throws ServiceError `invalid-request`; `idempotency-key-reused` for another amount or token
 */
export async function authorize(
  payments: Payments,
  provider: PaymentProvider,
  request: AuthorizeRequest,
  signal: AbortSignal,
): Promise<PaymentRow> {
  const asked = validCharge(request);
  let payment = await payments.begin(asked);
  if (payment.amount !== null && !isOf(payment, asked)) throw serviceError('idempotency-key-reused');
  if (payment.status !== 'authorizing') return payment;
  for await (const outcome of provider.authorize(asked, signal))
    payment = await payments.record(asked.key, outcome);
  return payment;
}

/** A payment that was found in the provider's books alone has no token. */
function isOf(payment: PaymentRow, { amount, currency, token }: AuthorizationRequest): boolean {
  const isToken = payment.token === null || payment.token === token;
  return Number(payment.amount) === amount && payment.currency === currency && isToken;
}

function validCharge({ orderId, amount: money, token }: AuthorizeRequest): AuthorizationRequest {
  const { amount = -1, currency = '' } = money ?? {};
  const violations: Violation[] = [
    ...uuidViolations(orderId, 'orderId'),
    ...textViolations(token, 'token', PAYMENT_TOKEN),
  ];
  if (!Number.isSafeInteger(amount) || amount < 0 || amount > MAX_TOTAL) {
    const description = `${amount} is out of range; give 0 to ${MAX_TOTAL} minor units`;
    violations.push({ field: 'amount.amount', description });
  }
  if (!/^[A-Z]{3}$/.test(currency)) {
    violations.push({ field: 'amount.currency', description: `'${currency}' is not three capital letters` });
  }
  throwIfInvalid(violations);
  return { key: orderId.toLowerCase(), amount, currency, token };
}
