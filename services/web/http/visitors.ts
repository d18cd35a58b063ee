import type { IncomingMessage } from 'node:http';
import type { Bearer } from '../../kit/edge/bearer.ts';
import type { TokenVerifier } from '../../kit/edge/token-verifier.ts';
import { ServiceError } from '../../kit/errors/service-error.ts';
import { isUuid } from '../../kit/fields/uuid.ts';
import type { Carts } from '../carts/carts.ts';
import { formatsOf } from '../format/formats.ts';
import { localeOf } from '../format/locale.ts';
import { CART_COOKIE, cookieOf, SESSION_COOKIE } from './cookies.ts';
import type { Visitor } from './visit.ts';

/** Returns whether the browser used HTTPS. @param hops number of trusted proxies, which set `X-Forwarded-Proto` */
export function isSecureRequest({ headers }: Pick<IncomingMessage, 'headers'>, hops: number): boolean {
  return hops > 0 && headers['x-forwarded-proto'] === 'https';
}

/** Returns a visitor without an account and a cart. */
export function anonymousVisitor(request: IncomingMessage, hops: number): Visitor {
  return {
    bearer: undefined,
    cartId: undefined,
    cartUnits: 0,
    formats: formatsOf(localeOf(request.headers['accept-language'])),
    isSecure: isSecureRequest(request, hops),
  };
}

/** Account of a session cookie. */
export interface Session {
  readonly bearer: Bearer | undefined;
  /** Whether the cookie is forged or has expired. The browser must delete it. */
  readonly isInvalid: boolean;
}

/**
 * Verifies the session cookie.
 * @throws ServiceError if the signing keys are unavailable
 */
export async function readSession(request: IncomingMessage, verifier: TokenVerifier): Promise<Session> {
  const token = cookieOf(request, SESSION_COOKIE);
  if (token === undefined) return { bearer: undefined, isInvalid: false };
  try {
    return { bearer: await verifier.verify(`Bearer ${token}`), isInvalid: false };
  } catch (error) {
    const isInvalid =
      error instanceof ServiceError && (error.code === 'invalid-token' || error.code === 'unauthenticated');
    if (!isInvalid) throw error;
    return { bearer: undefined, isInvalid };
  }
}

/** Returns the id in the cart cookie; undefined if there is none, or it is malformed. */
export function cartIdOf(request: IncomingMessage): string | undefined {
  const id = cookieOf(request, CART_COOKIE);
  return id !== undefined && isUuid(id) ? id.toLowerCase() : undefined;
}

/** Counts the units in a cart. A page without the number is better than none. */
export async function countUnits(carts: Carts, cartId: string | undefined): Promise<number> {
  return cartId === undefined ? 0 : carts.count(cartId).catch(() => 0);
}
