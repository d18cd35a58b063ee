import { setTimeout as delay } from 'node:timers/promises';

/** By what a sidecar shows that it has the objects of a policy. */
export interface PolicyMarkers {
  /** Name of a route. */
  readonly route: string;
  /** Name of the DestinationRule of a cluster. */
  readonly destinationRule: string;
}

/** Where Envoy is asked about itself, in the pod alone. */
const ADMIN = 'http://127.0.0.1:15000';
/** Milliseconds between looks. */
const INTERVAL = 50;
const PATIENCE = 30_000;

/**
 * Waits until the Envoy beside this process sends requests by what is marked.
 * @throws Error that says what it still has not
 */
export async function waitForSidecar({ route, destinationRule }: PolicyMarkers): Promise<undefined> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    const [routes, clusters] = await Promise.all([
      ask('/config_dump?resource=dynamic_route_configs'),
      // A cluster that is warming does not get requests yet.
      ask('/config_dump?resource=dynamic_active_clusters'),
    ]);
    const missing = [
      ...(routes.includes(`"${route}"`) ? [] : [`route ${route}`]),
      ...(clusters.includes(`/destination-rule/${destinationRule}"`) ? [] : [`rule ${destinationRule}`]),
    ];
    if (missing.length === 0) return;
    if (performance.now() > until)
      throw new Error(`the sidecar has no ${missing.join(' and no ')} after ${PATIENCE / 1_000} s`);
    await delay(INTERVAL);
  }
}

async function ask(path: string): Promise<string> {
  return (await fetch(`${ADMIN}${path}`)).text();
}
