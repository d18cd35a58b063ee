import { serviceError, throwIfInvalid, type Violation } from '../kit/errors/service-error.ts';
import { textViolations } from '../kit/fields/text-rules.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';
import type { AuthorizeRequest } from '../proto/gen/weft/payment/v1/payment.ts';
import { MAX_TOTAL, PAYMENT_TOKEN } from '../proto/limits.ts';
import type { PaymentRow, Payments } from './payments.ts';
import type { AuthorizationRequest, PaymentProvider } from './provider.ts';

/**
 * Authorizes the payment of an order, once. A repeated request returns the current payment, or queries the provider
 * again while the outcome is unknown. A payment that was cancelled before returns `voided` or `refunded`.
 * @throws ServiceError `invalid-request`; `idempotency-key-reused` for another amount or token
 */
export async function authorize(
  payments: Payments,
  provider: PaymentProvider,
  request: AuthorizeRequest,
  signal: AbortSignal,
): Promise<PaymentRow> {
  const charge = parseCharge(request);
  let payment = await payments.begin(charge);
  if (payment.amount !== null && !matches(payment, charge)) throw serviceError('idempotency-key-reused');
  if (payment.status !== 'authorizing') return payment;
  for await (const outcome of provider.authorize(charge, signal))
    payment = await payments.record(charge.key, outcome);
  return payment;
}

/** Returns whether a payment is of this charge. A payment that reconciliation added has no token. */
function matches(payment: PaymentRow, { amount, currency, token }: AuthorizationRequest): boolean {
  const isSameToken = payment.token === null || payment.token === token;
  return Number(payment.amount) === amount && payment.currency === currency && isSameToken;
}

function parseCharge({ orderId, amount: money, token }: AuthorizeRequest): AuthorizationRequest {
  const { amount = -1, currency = '' } = money ?? {};
  const violations: Violation[] = [
    ...uuidViolations(orderId, 'orderId'),
    ...textViolations(token, 'token', PAYMENT_TOKEN),
  ];
  if (!Number.isSafeInteger(amount) || amount < 0 || amount > MAX_TOTAL) {
    const description = `${amount} is out of range; use 0 to ${MAX_TOTAL} minor units`;
    violations.push({ field: 'amount.amount', description });
  }
  if (!/^[A-Z]{3}$/.test(currency)) {
    violations.push({
      field: 'amount.currency',
      description: `'${currency}' is not an ISO 4217 code of three capital letters`,
    });
  }
  throwIfInvalid(violations);
  return { key: orderId.toLowerCase(), amount, currency, token };
}
