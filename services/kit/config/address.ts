/** A network address. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i;

/** Returns whether `text` is `host:port`, with an IPv6 host in brackets. */
export function isAddress(text: string): boolean {
  return Number(ADDRESS.exec(text)?.[3]) <= 65_535;
}

/**
 * Parses `host:port`.
 * @throws Error that names the text when it has another form
 */
export function parseAddress(address: string): Address {
  const parts = ADDRESS.exec(address);
  const host = parts?.[1] ?? parts?.[2];
  if (host === undefined || !isAddress(address))
    throw new Error(`'${address}' is not an address; use host:port`);
  return { host, port: Number(parts?.[3]) };
}
