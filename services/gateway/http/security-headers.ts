import type { ExchangeHandler } from './exchange.ts';

/** The headers that keep a browser from doing more with an answer than was meant. Pages loosen their own. */
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
