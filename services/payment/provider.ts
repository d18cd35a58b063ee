/** What a provider is asked to take. */
export interface ProviderCharge {
  /** A repeat with the same key takes nothing more and answers the first outcome. */
  readonly key: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly token: string;
}

export type Outcome = 'captured' | 'declined';

/** The port to whoever moves the money. */
export interface PaymentProvider {
  knows(token: string): boolean;
  /**
   * Authorizes and captures. The outcome is delivered at least once: whoever reads it must bear a repeat. Failing
   * leaves the outcome open.
   */
  charge(charge: ProviderCharge, signal: AbortSignal): AsyncIterable<Outcome>;
  /** Gives back what was captured with the key, and refuses every later charge with it. */
  cancel(key: string): Promise<void>;
}
