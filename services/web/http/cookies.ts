import type { IncomingMessage } from 'node:http';

/** Holds the access token of a signed-in customer. */
export const SESSION_COOKIE = 'weft-session';
/** Holds the id of the cart. */
export const CART_COOKIE = 'weft-cart';

/** Longer values are not read. A browser stores 4,096 bytes of a cookie (RFC 6265, 6.1). */
const MAX_VALUE_LENGTH = 4_096;

/** Returns the first value of a cookie; undefined if the request has none. */
export function cookieOf({ headers }: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  const prefix = `${name}=`;
  const pair = headers.cookie?.split(';').find((part) => part.trimStart().startsWith(prefix));
  const value = pair?.trim().slice(prefix.length);
  return value && value.length <= MAX_VALUE_LENGTH ? value : undefined;
}

/**
 * Returns a `Set-Cookie` value. Scripts cannot read the cookie, and other sites cannot send it with a form.
 *
 * @param maxAgeSeconds lifetime; 0 deletes the cookie
 * @param isSecure whether the browser may send it over HTTPS only
 */
export function setCookie(name: string, value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
  return `${name}=${value}; ${attributes}${isSecure ? '; Secure' : ''}`;
}
