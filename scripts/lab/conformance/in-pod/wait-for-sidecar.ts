import { setTimeout as delay } from 'node:timers/promises';

/** Names in the configuration of a sidecar that show that it has received a policy. */
export interface PolicyMarkers {
  /** Name of a route. */
  readonly route: string;
  /** Name of the DestinationRule of a cluster. */
  readonly destinationRule: string;
}

/** URL of Envoy's admin interface, which is reachable only inside the pod. */
const ADMIN_URL = 'http://127.0.0.1:15000';
const POLL_INTERVAL_MS = 50;
const TIMEOUT_MS = 30_000;

/**
 * Waits until the sidecar of this pod has a policy.
 * @throws Error with the missing names after 30 s
 */
export async function waitForSidecar({ route, destinationRule }: PolicyMarkers): Promise<undefined> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const [routes, clusters] = await Promise.all([
      fetchAdmin('/config_dump?resource=dynamic_route_configs'),
      // Only active clusters: a cluster that is warming receives no requests yet.
      fetchAdmin('/config_dump?resource=dynamic_active_clusters'),
    ]);
    const missing = [
      ...(routes.includes(`"${route}"`) ? [] : [`route ${route}`]),
      ...(clusters.includes(`/destination-rule/${destinationRule}"`)
        ? []
        : [`DestinationRule ${destinationRule}`]),
    ];
    if (missing.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`the sidecar has no ${missing.join(' and no ')} after ${TIMEOUT_MS / 1_000} s`);
    await delay(POLL_INTERVAL_MS);
  }
}

async function fetchAdmin(path: string): Promise<string> {
  return (await fetch(`${ADMIN_URL}${path}`)).text();
}
