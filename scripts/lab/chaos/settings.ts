/** Environment variables by the service. */
export type Settings = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Settings of the services in a run, by the service. What is left behind is looked for soon, so that a run ends soon; and
 * some payments stay open for longer than their limit, so that money is given back.
 */
export const SETTINGS: Settings = {
  gateway: { WEFT_RATE_LIMIT: '100000', WEFT_RATE_LIMIT_BURST: '1000000' },
  user: { WEFT_TOKEN_LIFETIME: '60m' },
  order: {
    WEFT_PAYMENT_LIMIT: '12s',
    WEFT_ORPHAN_SWEEP: '1s',
    // Longer than the deadline of PlaceOrder, 5 s.
    WEFT_ORPHAN_AGE: '8s',
  },
  // Shorter than the deadline of a call, 3 s: it finds too what an answer would still have told, and may not harm it.
  payment: {
    WEFT_RECONCILIATION_INTERVAL: '500ms',
    WEFT_RECONCILIATION_AGE: '1s',
    // Longer than the payment's limit.
    WEFT_RECONCILIATION_OVERLAP: '15s',
  },
};
