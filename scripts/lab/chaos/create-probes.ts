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
export async function createProbes(
  { ingressUrl, replicas }: ChaosTestbed,
  { tokens }: StockedShop,
): Promise<readonly AvailabilityProbe[]> {
  const [token = ''] = tokens;
  const all = await replicas();
  return SERVICES.map((service) => {
    const path = PATHS[service];
    const readyUrls = all
      .filter((replica) => replica.service === service)
      .map(({ adminUrl }) => `${adminUrl}/readyz`);
    return {
      service,
      urls: [...readyUrls, ...(path === undefined ? [] : [ingressUrl + path])],
      headers: { authorization: `Bearer ${token}` },
    };
  });
}
