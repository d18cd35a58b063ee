/**
 * How far a payment has come: each status, and those that may follow. The database holds the same transitions in a
 * trigger, and a test compares the two.
 *
 *     authorizing ──> authorized ──> captured ──> refunded
 *
 * A step may be skipped, since what the provider says comes late, twice and in any order, and what was said before never
 * moves a payment back. A payment that is over may still become `voided` or `refunded`: the provider held money all the
 * same, and has given it back.
 */
export const TRANSITIONS = {
  /** Asked for; what the provider made of it is not known. */
  authorizing: ['authorized', 'captured', 'declined', 'voided', 'refunded'],
  /** The provider holds the money for us. */
  authorized: ['captured', 'declined', 'voided', 'refunded'],
  /** The provider has taken the money. */
  captured: ['refunded'],
  declined: ['voided', 'refunded'],
  /** Given up before anything was captured. */
  voided: ['refunded'],
  refunded: [],
} as const;

export type PaymentStatus = keyof typeof TRANSITIONS;

/** What a provider may say of a charge. */
export type ChargeOutcome = Exclude<PaymentStatus, 'authorizing'>;

export const STATUSES = Object.keys(TRANSITIONS) as readonly PaymentStatus[];

/** Whether a payment in `from` moves when it is told `to`. */
export function canBecome(from: PaymentStatus, to: PaymentStatus): boolean {
  return (TRANSITIONS[from] as readonly PaymentStatus[]).includes(to);
}

/** Whether nothing is held for the order any more, nor ever will be. */
export function isOver(status: PaymentStatus): boolean {
  return status === 'declined' || status === 'voided' || status === 'refunded';
}
