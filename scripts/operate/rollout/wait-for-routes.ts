import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '../../../mesh/graph/service.ts';
import { ProgramError, type ProgramOptions } from '../../process/run-program.ts';
import { istioctlJson, kubectlJson, NAMESPACE } from '../cluster/kubectl.ts';
import { POD_LIST, type Pod } from '../cluster/pod.ts';
import type { Plan } from './plan.ts';
import {
  PROXY_ROUTES,
  proxyRoutes,
  type Route,
  sameRoutes,
  type VirtualServiceObject,
  wantedRoutes,
} from './routes.ts';

/** A proxy that sends requests to the service, and the routes that it is to have. */
interface Caller {
  readonly pod: string;
  readonly virtualService: VirtualServiceObject;
  readonly wanted: readonly Route[];
}

/** How long istiod and the proxies may take, milliseconds. */
const PATIENCE = 60_000;
/** Milliseconds between looks. */
const INTERVAL = 250;

/**
 * Waits until every caller's Envoy has the routes that a plan has. That istiod has sent them is not enough: each proxy
 * is asked for its own.
 *
 * @returns how many proxies were asked
 * @throws Error that names those that do not get there
 */
export async function waitForRoutes(plan: Plan, options: ProgramOptions = {}): Promise<number> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    const callers = await callersOf(plan, options);
    const behind = (
      await Promise.all(callers.map(async (caller) => ((await isThere(caller, options)) ? [] : [caller.pod])))
    ).flat();
    if (behind.length === 0 && callers.length > 0) return callers.length;
    if (performance.now() > until) {
      const who = callers.length === 0 ? `nobody calls ${plan.service.name}` : behind.join(', ');
      throw new Error(`not all proxies have the new routes after ${PATIENCE / 1_000} s: ${who}`);
    }
    await delay(INTERVAL, undefined, options.signal ? { signal: options.signal } : {});
  }
}

async function isThere({ pod, virtualService, wanted }: Caller, options: ProgramOptions): Promise<boolean> {
  try {
    const routes = await istioctlJson(PROXY_ROUTES, ['proxy-config', 'routes', pod], options);
    return sameRoutes(wanted, proxyRoutes(routes, virtualService));
  } catch (error) {
    // A pod that has gone meanwhile is not listed the next time.
    if (error instanceof ProgramError) return false;
    throw error;
  }
}

/** The pods whose proxies choose a version: those of the calling services, and the ingress gateway's for the edge. */
async function callersOf(
  { service, virtualServices }: Plan,
  options: ProgramOptions,
): Promise<readonly Caller[]> {
  const leading = virtualServices.filter(({ spec }) =>
    spec.http.some(({ route }) => route.some(({ destination }) => destination.host === service.host)),
  );
  const callers = await Promise.all(
    leading.map(async (virtualService) => {
      const gateways = virtualService.spec.gateways !== undefined;
      const pods = await running(
        gateways
          ? ['--namespace=istio-system', '--selector=istio=ingressgateway']
          : [`--namespace=${NAMESPACE}`, `--selector=app in (${callerNames(service).join(', ')})`],
        options,
      );
      return pods.map(({ metadata: { name, namespace, labels } }) => ({
        pod: `${name}.${namespace}`,
        virtualService,
        wanted: wantedRoutes(virtualService, labels.app ?? ''),
      }));
    }),
  );
  return callers.flat();
}

function callerNames(service: Service): readonly string[] {
  const callers = service.platform.calls.filter(({ callee }) => callee === service);
  return [...new Set(callers.map(({ caller }) => caller.name))];
}

async function running(where: readonly string[], options: ProgramOptions): Promise<readonly Pod[]> {
  const { items } = await kubectlJson(POD_LIST, ['get', 'pods', ...where], options);
  return items.filter(
    ({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined,
  );
}
