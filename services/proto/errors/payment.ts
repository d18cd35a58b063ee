/** Errors of the service payment. Codes are stable: clients compare them. */
export const PAYMENT_ERRORS = {
  'unknown-payment-token': {
    grpc: 'FAILED_PRECONDITION',
    http: 422,
    title: 'Unknown payment token',
    message: 'payment token {token} is unknown; use a token issued by the payment provider',
  },
} as const;
