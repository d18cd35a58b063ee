import type { ChargeOutcome } from './payment-status.ts';

/** A request to authorize money. */
export interface AuthorizationRequest {
  /** Idempotency key. A repeated request holds nothing more and reports the outcome of the first. */
  readonly key: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly token: string;
}

/** A charge in the provider's ledger. */
export interface ProviderCharge {
  readonly key: string;
  readonly outcome: ChargeOutcome;
  /** Minor units; null, as is the currency, for a key that was cancelled before any authorization. */
  readonly amount: number | null;
  readonly currency: string | null;
  /** Time of the outcome, by the provider's clock. */
  readonly changedAt: Date;
}

/** A period that includes both ends. */
export interface Period {
  readonly since: Date;
  readonly until: Date;
}

export interface ChargePage {
  readonly charges: readonly ProviderCharge[];
  /** Cursor of the next page; empty at the end. */
  readonly nextCursor: string;
}

/**
 * A payment provider. Its outcomes may arrive late, twice, out of order or never. A repeated operation reports the
 * outcome again, and callers must tolerate outdated outcomes. A failed operation leaves the outcome unknown. Every
 * operation is idempotent.
 */
export interface PaymentProvider {
  isKnownToken(token: string): boolean;
  /** Authorizes an amount. A provider may capture at once, for payment methods without authorization. */
  authorize(charge: AuthorizationRequest, signal: AbortSignal): AsyncIterable<ChargeOutcome>;
  /** Captures the authorized amount of a key. Yields nothing for an unknown key. */
  capture(key: string, signal: AbortSignal): AsyncIterable<ChargeOutcome>;
  /**
   * Returns the money of a key: voids an authorization, refunds a capture. The provider refuses every later
   * authorization with that key, even if the key was unknown.
   */
  cancel(key: string): Promise<ChargeOutcome>;
  find(key: string): Promise<ProviderCharge | undefined>;
  /**
   * Returns a page of the charges whose outcome changed in a period, oldest change first.
   * @param cursor cursor of the page; empty for the first
   */
  list(changed: Period, cursor: string): Promise<ChargePage>;
}
