import type {
  VirtualServiceHttp,
  VirtualServiceHttpMatch,
  VirtualServiceSpec,
} from '../../../imports/networking.istio.io.ts';
import type { AppCall, AppConfig } from '../../policy/app-config.ts';
import type { Problem } from '../../policy/problem.ts';
import { describeAmplification, type HopAttempts, maxAttempts, worstRoute } from '../rules/amplification.ts';
import { appFiles } from '../rules/app-files.ts';
import {
  type ManifestRule,
  type ManifestSet,
  namespaceOf,
  type PodTemplate,
  problem,
  specOf,
} from '../rules/manifest-set.ts';
import { fullName } from '../rules/mesh-hosts.ts';

/**
 * Retries of a route without `retries`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
const DEFAULT_ISTIO_RETRIES = 2;

/** Attempts of a call, by the caller's process and by its sidecar. */
interface Hop {
  readonly pod: PodTemplate;
  readonly caller: string;
  readonly call: AppCall;
  readonly appAttempts: number;
  readonly meshAttempts: number;
  /** Why the sidecar retries, as part of a message. */
  readonly reason: string;
}

/**
 * Rejects calls that both the process (by its app.json) and its sidecar retry. Runs on manifests instead of the graph
 * because Istio's default applies there: a route without `retries` has two.
 */
export const oneRetryLayer: ManifestRule = function* (set) {
  // Without Istio there is no sidecar.
  if (set.allOfKind('PeerAuthentication').length === 0) return;
  const routes = routesByHost(set);
  const hops = set.pods.flatMap((pod) => hopsOf(set, routes, pod));
  const retriedTwice = hops.filter(({ appAttempts, meshAttempts }) => appAttempts > 1 && meshAttempts > 1);
  if (retriedTwice.length === 0) return;
  const attempts = attemptsByHop(hops);
  for (const hop of retriedTwice) yield describe(hop, attempts);
};

function describe(
  { pod, caller, call, appAttempts, meshAttempts, reason }: Hop,
  attempts: HopAttempts,
): Problem {
  const worst = worstRoute(attempts, caller, call.callee);
  const fix =
    `the process retries it, and so does the sidecar, since ${reason}: ${appAttempts} x ${meshAttempts} = ${appAttempts * meshAttempts} attempts of one call, ` +
    `${describeAmplification(worst)}; set retries: { attempts: 0 } in its route, or remove the retries of the process`;
  return problem(pod.manifest, 'retries/two-layers', `the call ${caller} -> ${call.callee}`, undefined, fix);
}

function hopsOf(
  set: ManifestSet,
  routes: ReadonlyMap<string, readonly VirtualServiceHttp[]>,
  pod: PodTemplate,
): readonly Hop[] {
  return appFiles(set, pod).flatMap(({ text }) => {
    const { service, calls } = JSON.parse(text) as AppConfig;
    return Object.values(calls).map((call) => {
      const appAttempts = call.policy ? maxAttempts(call.policy) : 1;
      const host = fullName(call.address.replace(/:\d+$/, ''), pod.namespace);
      return { pod, caller: service, call, appAttempts, ...sidecarAttempts(routes.get(host), pod, call) };
    });
  });
}

/** Returns the highest number of attempts that the sidecar makes for one of the call's methods. */
function sidecarAttempts(
  routes: readonly VirtualServiceHttp[] | undefined,
  pod: PodTemplate,
  call: AppCall,
): Pick<Hop, 'meshAttempts' | 'reason'> {
  if (!routes)
    return {
      meshAttempts: 1 + DEFAULT_ISTIO_RETRIES,
      reason: 'no VirtualService has this host, and Istio retries twice by default',
    };
  let worst: Pick<Hop, 'meshAttempts' | 'reason'> = { meshAttempts: 1, reason: '' };
  for (const path of call.methods) {
    const route = routes.find(
      ({ match = [] }) => match.length === 0 || match.some((one) => matches(one, pod, path)),
    );
    if (!route) continue;
    const retries = route.retries?.attempts ?? DEFAULT_ISTIO_RETRIES;
    if (1 + retries <= worst.meshAttempts) continue;
    const cause = route.retries
      ? `has ${retries} retries`
      : 'has no retries field, and Istio retries twice by default';
    worst = { meshAttempts: 1 + retries, reason: `route '${route.name ?? ''}' ${cause}` };
  }
  return worst;
}

function matches(
  { uri, sourceLabels = {} }: VirtualServiceHttpMatch,
  pod: PodTemplate,
  path: string,
): boolean {
  if (!Object.entries(sourceLabels).every(([key, value]) => pod.labels[key] === value)) return false;
  if (uri?.exact !== undefined) return uri.exact === path;
  if (uri?.prefix !== undefined) return path.startsWith(uri.prefix);
  return uri?.regex === undefined || new RegExp(`^(?:${uri.regex})$`).test(path);
}

/** Returns the routes for requests inside the mesh by host. Routes of gateways apply to external requests only. */
function routesByHost(set: ManifestSet): ReadonlyMap<string, readonly VirtualServiceHttp[]> {
  const routes = new Map<string, readonly VirtualServiceHttp[]>();
  for (const manifest of set.ofKind('VirtualService')) {
    const { hosts = [], http = [], gateways = ['mesh'] } = specOf<VirtualServiceSpec>(manifest);
    if (!gateways.includes('mesh')) continue;
    for (const host of hosts) routes.set(fullName(host, namespaceOf(manifest)), http);
  }
  return routes;
}

function attemptsByHop(hops: readonly Hop[]): HopAttempts {
  const attempts = new Map<string, Map<string, number>>();
  for (const { caller, call, appAttempts, meshAttempts } of hops) {
    const callees = attempts.get(caller) ?? new Map<string, number>();
    attempts.set(
      caller,
      callees.set(call.callee, Math.max(callees.get(call.callee) ?? 1, appAttempts * meshAttempts)),
    );
  }
  return attempts;
}
