import { setTimeout as delay } from 'node:timers/promises';
import { Platform } from '../../../mesh/graph/platform.ts';
import type { Service } from '../../../mesh/graph/service.ts';
import { ProgramError, type ProgramOptions } from '../../process/run-program.ts';
import { istioctlJson, kubectlJson, NAMESPACE } from '../cluster/kubectl.ts';
import { POD_LIST, type PodObject } from '../cluster/pod.ts';
import type { RolloutPlan } from './plan.ts';
import {
  expectedRoutes,
  PROXY_ROUTES,
  proxyRoutes,
  sameRoutes,
  type VersionRoute,
  type VirtualServiceObject,
} from './routes.ts';

/** A proxy that sends requests to the service, and its expected routes. */
interface Caller {
  readonly pod: string;
  readonly virtualService: VirtualServiceObject;
  readonly expected: readonly VersionRoute[];
}

/** Timeout of istiod and the proxies. */
const ROUTES_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 250;

/**
 * Waits until the Envoy of every caller has the routes of a plan. Reads the configuration of each proxy, because the
 * status that istiod reports does not show which routes a proxy uses.
 *
 * @returns the number of proxies
 * @throws Error that names the proxies without the new routes
 */
export async function waitForRoutes(plan: RolloutPlan, options: ProgramOptions = {}): Promise<number> {
  const until = performance.now() + ROUTES_TIMEOUT_MS;
  for (;;) {
    const callers = await findCallers(plan, options);
    const outdated = (
      await Promise.all(
        callers.map(async (caller) => ((await hasRoutes(caller, options)) ? [] : [caller.pod])),
      )
    ).flat();
    if (outdated.length === 0 && callers.length > 0) return callers.length;
    if (performance.now() > until) {
      const pods = callers.length === 0 ? `no pod calls ${plan.service.name}` : outdated.join(', ');
      throw new Error(
        `proxies did not receive the new routes within ${ROUTES_TIMEOUT_MS / 1_000} s: ${pods}`,
      );
    }
    await delay(POLL_INTERVAL_MS, undefined, options.signal ? { signal: options.signal } : {});
  }
}

async function hasRoutes(
  { pod, virtualService, expected }: Caller,
  options: ProgramOptions,
): Promise<boolean> {
  try {
    const routes = await istioctlJson(PROXY_ROUTES, ['proxy-config', 'routes', pod], options);
    return sameRoutes(expected, proxyRoutes(routes, virtualService));
  } catch (error) {
    // The pod may have been deleted meanwhile. The next poll does not list it.
    if (error instanceof ProgramError) return false;
    throw error;
  }
}

/**
 * Returns the proxies that choose a version: those of the calling services, and the ingress gateway for edge routes.
 */
async function findCallers(
  { service, virtualServices }: RolloutPlan,
  options: ProgramOptions,
): Promise<readonly Caller[]> {
  const leading = virtualServices.filter(({ spec }) =>
    spec.http.some(({ route = [] }) => route.some(({ destination }) => destination.host === service.host)),
  );
  const callers = await Promise.all(
    leading.map(async (virtualService) => {
      const gateways = virtualService.spec.gateways !== undefined;
      const pods = await runningPods(
        gateways
          ? ['--namespace=istio-system', '--selector=istio=ingressgateway']
          : [`--namespace=${NAMESPACE}`, `--selector=app in (${callerNames(service).join(', ')})`],
        options,
      );
      return pods.map(({ metadata: { name, namespace, labels } }) => ({
        pod: `${name}.${namespace}`,
        virtualService,
        expected: expectedRoutes(virtualService, labels.app ?? ''),
      }));
    }),
  );
  return callers.flat();
}

function callerNames(service: Service): readonly string[] {
  const callers = Platform.of(service).calls.filter(({ callee }) => callee === service);
  return [...new Set(callers.map(({ caller }) => caller.name))];
}

async function runningPods(
  selector: readonly string[],
  options: ProgramOptions,
): Promise<readonly PodObject[]> {
  const { items } = await kubectlJson(POD_LIST, ['get', 'pods', ...selector], options);
  return items.filter(
    ({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined,
  );
}
