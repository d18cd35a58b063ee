import { isUuid } from '../kit/fields/uuid.ts';
import { canBecome, isOver } from './payment-status.ts';
import type { PaymentRow } from './payments.ts';
import type { ProviderCharge } from './provider.ts';

/** How a payment and the provider's books may disagree, and what is done about it. */
export const FINDINGS = {
  /** The provider has more than we heard of: the payment is brought to where it is. */
  unheard: 'recorded',
  /** The provider holds money of an order that has no payment here: it gets one, which its order finds. */
  unrecorded: 'recorded',
  /** The provider holds money of an order that was given up. */
  unwanted: 'given back',
  /** It holds another amount than was asked for. Nobody but a person knows which is right. */
  'amount-differs': 'reported',
  /** The payment is captured, and the provider does not have the money. */
  'not-captured': 'reported',
  /** The provider holds money for what is no order. */
  'unknown-key': 'reported',
} as const;

export type ReconciliationFinding = keyof typeof FINDINGS;

/**
 * What is wrong between a payment and what the provider has, if anything is. At least one of both is there.
 * @param charge read after the payment, and not changed for longer than an answer is under way
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
  if (isOver(payment.status)) return isHeld ? 'unwanted' : undefined;
  if (payment.status === 'captured' && charge?.outcome !== 'captured') return 'not-captured';
  if (!charge) return undefined;
  if (isHeld && !isOf(charge, payment)) return 'amount-differs';
  return canBecome(payment.status, charge.outcome) ? 'unheard' : undefined;
}

function isOf(charge: ProviderCharge, { amount, currency }: PaymentRow): boolean {
  return charge.amount === Number(amount) && charge.currency === currency;
}
