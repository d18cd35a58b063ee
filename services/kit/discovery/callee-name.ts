import { parseAddress } from '../config/address.ts';

/**
 * The name that a service has in a registry: the first label of its host. `product.shop.svc.cluster.local:50051` is
 * `product`.
 * @throws Error when `address` is not host:port
 */
export function calleeName(address: string): string {
  const { host } = parseAddress(address);
  return host.split('.', 1)[0] ?? host;
}
