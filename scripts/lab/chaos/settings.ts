/** Environment variables by service. */
export type ServiceSettings = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Settings of the services in a run on loopback. Sweeps run often, so that abandoned work is found soon and the run ends
 * soon. Some payments stay open beyond their limit, so that the run covers refunds.
 */
export const CHAOS_SETTINGS: ServiceSettings = {
  gateway: { WEFT_RATE_LIMIT: '100000', WEFT_RATE_LIMIT_BURST: '1000000' },
  user: { WEFT_TOKEN_LIFETIME: '60m' },
  order: {
    WEFT_PAYMENT_LIMIT: '12s',
    WEFT_ORPHAN_SWEEP: '1s',
    // Above the 5 s deadline of PlaceOrder, so that the sweep takes no reservation of an order in progress.
    WEFT_ORPHAN_AGE: '8s',
  },
  // Below the 3 s deadline of a call, so that reconciliation races answers in progress, which must do no harm.
  payment: {
    WEFT_RECONCILIATION_INTERVAL: '500ms',
    WEFT_RECONCILIATION_AGE: '1s',
    // Above WEFT_PAYMENT_LIMIT.
    WEFT_RECONCILIATION_OVERLAP: '15s',
  },
};
