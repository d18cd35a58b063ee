import type { IncomingMessage } from 'node:http';
import { pageError } from '../errors.ts';

/**
 * Refuses a request that another site has sent, to prevent cross-site request forgery. Browsers send `Origin` with every
 * POST, and a page of another site cannot change it. `SameSite` alone does not protect: it ignores subdomains and ports.
 * A request without `Origin` must have `Sec-Fetch-Site: same-origin`.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 * @throws ServiceError `cross-site-request`
 */
export function refuseOtherOrigins({ headers }: Pick<IncomingMessage, 'headers'>): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isOwn = origin === undefined ? site === 'same-origin' : isOriginOf(origin, host);
  // A reload of a form may have `none`.
  if (!isOwn || site === 'cross-site' || site === 'same-site') throw pageError('cross-site-request');
}

/** Returns whether an origin has the host and port of the request. A default port may be left out. */
function isOriginOf(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === originHost;
}
