import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../../process/loopback-host.ts';
import { ApiError } from '../api/api-error.ts';

/** Checks that requests come from this machine, and that they have the token of the dashboard. */
export class Access {
  readonly #digest: Buffer;
  readonly #cookie: string;

  /** @param port distinguishes the cookies of dashboards, because browsers share cookies between ports */
  constructor(token: string, port: number) {
    this.#digest = digestOf(token);
    this.#cookie = `weft-dashboard-${port}`;
  }

  /** @throws ApiError 403 for a request to another host, or from a page of another origin */
  checkOrigin({ headers }: IncomingMessage): void {
    const { host = '', origin } = headers;
    if (!isLoopbackHost(host)) throw new ApiError(403, `host '${host}' is not this machine; use 127.0.0.1`);
    if (origin !== undefined && origin !== `http://${host}`)
      throw new ApiError(403, `requests of pages of '${origin}' are refused`);
  }

  /** @throws ApiError 401 if the token is missing or wrong */
  checkToken({ headers }: IncomingMessage): void {
    const token = headers['x-api-key'] ?? cookieOf(headers.cookie, this.#cookie);
    if (typeof token === 'string' && this.matches(token)) return;
    const problem = token === undefined ? 'missing' : 'wrong';
    throw new ApiError(
      401,
      `the token is ${problem}: send it in the header x-api-key, or open the address that npm start printed`,
    );
  }

  matches(token: string): boolean {
    return timingSafeEqual(digestOf(token), this.#digest);
  }

  /** Returns the header that lets a browser remember the token. The browser sends it to this page only. */
  setCookie(token: string): string {
    return `${this.#cookie}=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000`;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=');
    if (key !== name || value === undefined) continue;
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  }
  return undefined;
}
