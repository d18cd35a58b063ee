import type { Probe } from './availability.ts';
import { SERVICES } from './planned-faults.ts';
import type { Stage } from './stage.ts';
import type { StockedShop } from './stocked-shop.ts';

/** Requests to the gateway that are answered by a service and its store. Of the others, readiness has to do. */
const PATHS: Readonly<Record<string, string>> = {
  product: '/v1/products?limit=1',
  order: '/v1/orders?limit=1',
  notification: '/v1/notifications?limit=1',
};

/** Returns a probe of each service: its `/readyz`, and a request through the gateway where one reads from its store. */
export function probesOf({ gateway, readiness }: Stage, { tokens }: StockedShop): readonly Probe[] {
  const [token = ''] = tokens;
  return SERVICES.map((service) => {
    const path = PATHS[service];
    const ready = readiness.get(service);
    return {
      service,
      urls: [...(ready === undefined ? [] : [ready]), ...(path === undefined ? [] : [gateway + path])],
      headers: { authorization: `Bearer ${token}` },
    };
  });
}
