import { isIPv4, isIPv6 } from 'node:net';

/** Returns how to fix a network in CIDR notation (RFC 4632, RFC 4291); undefined for a valid one. */
export function cidrProblem(text: string): string | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const bytes = bytesOf(address);
  if (!bytes)
    return "use CIDR notation such as '10.20.0.0/24' or 'fd00:20::/64'; a single address is '10.20.0.7/32'";
  const bits = Number(length);
  const maxPrefixLength = bytes.length * 8;
  if (bits > maxPrefixLength) return `use a prefix length from 0 to ${maxPrefixLength}`;
  const isNetwork = bytes.every((byte, index) => {
    const host = Math.min(8, Math.max(0, (index + 1) * 8 - bits));
    return byte % 2 ** host === 0;
  });
  return isNetwork
    ? undefined
    : `the address has host bits set after the first ${bits}: set them to 0, or use /${maxPrefixLength}`;
}

/** Returns the bytes of an address. Rejects IPv6 with embedded IPv4 notation, which systems interpret differently. */
function bytesOf(address: string): readonly number[] | undefined {
  if (isIPv4(address)) return address.split('.').map(Number);
  if (!isIPv6(address) || /[.%]/.test(address)) return undefined;
  const [head = '', tail] = address.split('::');
  const groups = (text: string) =>
    text
      .split(':')
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}
