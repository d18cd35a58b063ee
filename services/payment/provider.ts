import type { ChargeOutcome } from './payment-status.ts';

/** What a provider is asked to hold. */
export interface AuthorizationRequest {
  /** A repeat with the same key holds nothing more and is told what became of the first. */
  readonly key: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly token: string;
}

/** A charge as it stands in the provider's books. */
export interface ProviderCharge {
  readonly key: string;
  readonly outcome: ChargeOutcome;
  /** Minor units; null, as the currency, for a key that was cancelled before anything was authorized with it. */
  readonly amount: number | null;
  readonly currency: string | null;
  /** When the outcome became this, by the provider's clock. */
  readonly changedAt: Date;
}

/** Both ends are included. */
export interface Period {
  readonly since: Date;
  readonly until: Date;
}

export interface ChargePage {
  readonly charges: readonly ProviderCharge[];
  /** Of the next page; empty at the end. */
  readonly nextCursor: string;
}

/**
 * The port to whoever moves the money. What it says of a charge comes late, twice, in any order, or never: it is said
 * again when it is asked for again, and whoever reads it must bear an outcome that is no longer true. An operation that
 * fails leaves the outcome open. Each may be repeated.
 */
export interface PaymentProvider {
  isKnownToken(token: string): boolean;
  /** Holds the money. A provider may capture at once, as with means of payment that cannot be held. */
  authorize(charge: AuthorizationRequest, signal: AbortSignal): AsyncIterable<ChargeOutcome>;
  /** Takes all of what was authorized with the key. Says nothing of a key that it does not know. */
  capture(key: string, signal: AbortSignal): AsyncIterable<ChargeOutcome>;
  /**
   * Gives back what is held with the key: voids an authorization, refunds what was captured. It refuses every later
   * authorization with that key, also of one that it does not know.
   */
  cancel(key: string): Promise<ChargeOutcome>;
  find(key: string): Promise<ProviderCharge | undefined>;
  /** The charges whose outcome changed then, longest ago first. @param cursor empty for the first page */
  list(changed: Period, cursor: string): Promise<ChargePage>;
}
