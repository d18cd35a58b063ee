import type { AvailabilityProbe } from './availability.ts';
import type { ChaosTestbed } from './chaos-testbed.ts';
import { SERVICES } from './fault-targets.ts';
import type { StockedShop } from './stocked-shop.ts';

/** Gateway paths that the service answers from its store. Other services are probed by their readiness only. */
const PATHS: Readonly<Record<string, string>> = {
  product: '/v1/products?limit=1',
  order: '/v1/orders?limit=1',
  notification: '/v1/notifications?limit=1',
};

/** Creates a probe of each service: its `/readyz`, and a request through the gateway that reads from its store, if any. */
export function createProbes(
  { gateway, readiness }: ChaosTestbed,
  { tokens }: StockedShop,
): readonly AvailabilityProbe[] {
  const [token = ''] = tokens;
  return SERVICES.map((service) => {
    const path = PATHS[service];
    const readyUrl = readiness.get(service);
    return {
      service,
      urls: [...(readyUrl === undefined ? [] : [readyUrl]), ...(path === undefined ? [] : [gateway + path])],
      headers: { authorization: `Bearer ${token}` },
    };
  });
}
