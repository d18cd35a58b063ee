import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/**
 * Returns the address of the client that sent `request`, in canonical form: IPv6 compressed and in lower case, without
 * a zone; IPv4 in dotted form, also where it was written as IPv4-mapped IPv6.
 *
 * Each trusted proxy appends the address of its own peer to `X-Forwarded-For`. The last `hops` entries are therefore
 * trusted, and the leftmost of them is the client. Entries further left are ignored, because the client can forge them.
 * If the list is shorter, or has no address at that position, the request bypassed part of the chain. The function then
 * uses the last entry, which the nearest proxy wrote, or else the address of the socket. Envoy falls back to its own
 * peer in the same cases (`xff_num_trusted_hops`).
 *
 * `Forwarded`, `X-Real-IP` and similar headers are not read: the proxies of the chain do not write them.
 *
 * @param hops number of proxies in front of this process that append to `X-Forwarded-For`; 0 reads no header
 * @returns `unknown` when the header holds no address and the socket is already closed
 */
export function clientAddress(request: IncomingMessage, hops: number): string {
  const { 'x-forwarded-for': header = '' } = request.headers;
  const entries = hops > 0 ? String(header).split(',') : [];
  return (
    parseAddress(entries.at(-hops) ?? '') ??
    parseAddress(entries.at(-1) ?? '') ??
    parseAddress(request.socket.remoteAddress ?? '') ??
    'unknown'
  );
}

/**
 * Returns the key under which clients of one subscriber share a rate limit: an IPv4 address, or the /64 of an IPv6
 * address. A single subscriber usually has a whole /64 (RFC 6177, BCP 157) and could choose a new address per request.
 *
 * @param address in canonical form
 */
export function subscriberOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  // The last two groups may be written as IPv4.
  const size = before.length + after.length + (tail.includes('.') ? 1 : 0);
  const groups = [...before, ...Array<string>(8 - size).fill('0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** Parses an address as proxies write it: bare, with a port, or in brackets. */
function parseAddress(entry: string): string | undefined {
  const text = entry.trim();
  // The usual forms, without the cost of the expressions below.
  if (text === '') return undefined;
  if (isIPv4(text)) return text;
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return undefined;
  const [address = ''] = bare.split('%');
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  return /^::ffff:([\d.]+)$/.exec(canonical)?.[1] ?? canonical;
}
