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

/** What Istio does for a route that says nothing of retries (HTTPRetry in its reference). */
const ISTIO_RETRIES = 2;

/** A call as the caller's process and its sidecar together make it. */
interface Hop {
  readonly pod: PodTemplate;
  readonly caller: string;
  readonly call: AppCall;
  readonly appTries: number;
  readonly meshTries: number;
  /** What makes the sidecar retry. */
  readonly because: string;
}

/**
 * What a process retries by its app.json, its sidecar does not retry as well. Looked for in the manifests and not
 * in the graph, for that is where Istio's own retries come in: a route that does not say `retries` has two.
 */
export const oneRetryLayer: ManifestRule = function* (set) {
  // Without Istio there is no sidecar.
  if (set.allOfKind('PeerAuthentication').length === 0) return;
  const routes = routesByHost(set);
  const hops = set.pods.flatMap((pod) => hopsOf(set, routes, pod));
  const doubled = hops.filter(({ appTries, meshTries }) => appTries > 1 && meshTries > 1);
  if (doubled.length === 0) return;
  const tries = triesByHop(hops);
  for (const hop of doubled) yield describe(hop, tries);
};

function describe({ pod, caller, call, appTries, meshTries, because }: Hop, tries: HopAttempts): Problem {
  const worst = worstRoute(tries, caller, call.callee);
  const change =
    `the process retries it, and the sidecar too, since ${because}: ${appTries} x ${meshTries} = ${appTries * meshTries} tries of one call, ` +
    `${describeAmplification(worst)}; say retries: { attempts: 0 } in its route, or leave it to the mesh`;
  return problem(
    pod.manifest,
    'retries/two-layers',
    `the call ${caller} -> ${call.callee}`,
    undefined,
    change,
  );
}

function hopsOf(
  set: ManifestSet,
  routes: ReadonlyMap<string, readonly VirtualServiceHttp[]>,
  pod: PodTemplate,
): readonly Hop[] {
  return appFiles(set, pod).flatMap(({ text }) => {
    const { service, calls } = JSON.parse(text) as AppConfig;
    return Object.values(calls).map((call) => {
      const appTries = call.policy ? maxAttempts(call.policy) : 1;
      const host = fullName(call.address.replace(/:\d+$/, ''), pod.namespace);
      return { pod, caller: service, call, appTries, ...sidecarTries(routes.get(host), pod, call) };
    });
  });
}

/** The most that the sidecar tries one of the call's methods. */
function sidecarTries(
  routes: readonly VirtualServiceHttp[] | undefined,
  pod: PodTemplate,
  call: AppCall,
): Pick<Hop, 'meshTries' | 'because'> {
  if (!routes)
    return {
      meshTries: 1 + ISTIO_RETRIES,
      because: 'no VirtualService is for this host and Istio then retries twice',
    };
  let most: Pick<Hop, 'meshTries' | 'because'> = { meshTries: 1, because: '' };
  for (const path of call.methods) {
    const route = routes.find(
      ({ match = [] }) => match.length === 0 || match.some((one) => matches(one, pod, path)),
    );
    if (!route) continue;
    const attempts = route.retries?.attempts ?? ISTIO_RETRIES;
    if (1 + attempts <= most.meshTries) continue;
    const said = route.retries
      ? `has ${attempts} retries`
      : 'does not say retries and Istio then retries twice';
    most = { meshTries: 1 + attempts, because: `route '${route.name ?? ''}' ${said}` };
  }
  return most;
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

/** Routes within the mesh; those of gateways are for requests from outside. */
function routesByHost(set: ManifestSet): ReadonlyMap<string, readonly VirtualServiceHttp[]> {
  const routes = new Map<string, readonly VirtualServiceHttp[]>();
  for (const manifest of set.ofKind('VirtualService')) {
    const { hosts = [], http = [], gateways = ['mesh'] } = specOf<VirtualServiceSpec>(manifest);
    if (!gateways.includes('mesh')) continue;
    for (const host of hosts) routes.set(fullName(host, namespaceOf(manifest)), http);
  }
  return routes;
}

function triesByHop(hops: readonly Hop[]): HopAttempts {
  const tries = new Map<string, Map<string, number>>();
  for (const { caller, call, appTries, meshTries } of hops) {
    const callees = tries.get(caller) ?? new Map<string, number>();
    tries.set(
      caller,
      callees.set(call.callee, Math.max(callees.get(call.callee) ?? 1, appTries * meshTries)),
    );
  }
  return tries;
}
