/**
 * Statuses of a payment, and the statuses that may follow each. A database trigger enforces the same transitions, and a
 * test compares the two.
 *
 *     authorizing ──> authorized ──> captured ──> refunded
 *
 * A payment may skip a status, since outcomes arrive late, twice and in any order. An outdated outcome never moves a
 * payment back. A payment in a final status may still become `voided` or `refunded`, if the provider held money
 * nevertheless and has returned it.
 */
export const TRANSITIONS = {
  /** Requested from the provider; the outcome is unknown. */
  authorizing: ['authorized', 'captured', 'declined', 'voided', 'refunded'],
  /** The provider holds the money. */
  authorized: ['captured', 'declined', 'voided', 'refunded'],
  /** The provider has captured the money. */
  captured: ['refunded'],
  declined: ['voided', 'refunded'],
  /** Cancelled before any capture. */
  voided: ['refunded'],
  refunded: [],
} as const;

export type PaymentStatus = keyof typeof TRANSITIONS;

/** Outcome of a charge, as reported by the provider. */
export type ChargeOutcome = Exclude<PaymentStatus, 'authorizing'>;

export const STATUSES = Object.keys(TRANSITIONS) as readonly PaymentStatus[];

/** Returns whether an outcome `to` changes a payment in status `from`. */
export function canBecome(from: PaymentStatus, to: PaymentStatus): boolean {
  return (TRANSITIONS[from] as readonly PaymentStatus[]).includes(to);
}

/** Returns whether no money is held for the order, now or later. */
export function isOver(status: PaymentStatus): boolean {
  return status === 'declined' || status === 'voided' || status === 'refunded';
}
