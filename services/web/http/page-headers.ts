import type { ExchangeHandler } from '../../kit/edge/exchange.ts';
import { isSecureRequest } from './visitors.ts';

/** Refuses scripts and styles inside of a page, so that text of a visitor can never run as one. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ONE_YEAR_SECONDS = 31_536_000;

/** Returns the middleware that restricts what browsers do with a response. */
export function pageHeaders(hops: number): ExchangeHandler {
  return (request, response, next) => {
    response.set({
      'cache-control': 'private, no-store',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      // With `no-referrer`, browsers would send `Origin: null` with the site's own forms.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      ...(isSecureRequest(request, hops) && {
        'strict-transport-security': `max-age=${ONE_YEAR_SECONDS}`,
      }),
    });
    next();
  };
}
