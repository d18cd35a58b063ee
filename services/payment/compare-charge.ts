import { isUuid } from '../kit/fields/uuid.ts';
import { canBecome, isOver } from './payment-status.ts';
import type { PaymentRow } from './payments.ts';
import type { ProviderCharge } from './provider.ts';

/** The discrepancies between a payment and the provider's ledger, with the reaction of reconciliation to each. */
export const FINDINGS = {
  /** The provider has an outcome that the service has not received: the payment is updated. */
  unreported: 'recorded',
  /** The provider holds money of an order without a payment: a payment is added, which the order finds. */
  unrecorded: 'recorded',
  /** The provider holds money of a cancelled order: it is voided or refunded. */
  unexpected: 'returned',
  /** The provider holds another amount than requested. An operator must decide which is right. */
  'amount-differs': 'reported',
  /** The payment is captured, and the provider does not have the money. */
  'not-captured': 'reported',
  /** The provider holds money under a key that is not an order id. */
  'unknown-key': 'reported',
} as const;

export type ReconciliationFinding = keyof typeof FINDINGS;

/**
 * Compares a payment with the provider's charge; at least one of them exists. Returns the disagreement, if any.
 * @param charge read after the payment, and unchanged for longer than a response may take
 */
export function compareCharge(
  payment: PaymentRow | undefined,
  charge: ProviderCharge | undefined,
): ReconciliationFinding | undefined {
  const isHeld = charge?.outcome === 'authorized' || charge?.outcome === 'captured';
  if (!payment) {
    if (!isHeld) return undefined;
    return isUuid(charge.key) ? 'unrecorded' : 'unknown-key';
  }
  if (isOver(payment.status)) return isHeld ? 'unexpected' : undefined;
  if (payment.status === 'captured' && charge?.outcome !== 'captured') return 'not-captured';
  if (!charge) return undefined;
  if (isHeld && !matches(charge, payment)) return 'amount-differs';
  return canBecome(payment.status, charge.outcome) ? 'unreported' : undefined;
}

function matches(charge: ProviderCharge, { amount, currency }: PaymentRow): boolean {
  return charge.amount === Number(amount) && charge.currency === currency;
}
