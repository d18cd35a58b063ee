import type { ExchangeHandler } from '../../kit/edge/exchange.ts';

/** Sets headers that restrict what browsers do with a response. Pages override some of them. */
export const securityHeaders: ExchangeHandler = (_request, response, next) => {
  response.set({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  next();
};
