import { isDeepStrictEqual } from 'node:util';
import { loadEnvironment } from '../../charts/environments.ts';
import type { Shop } from '../../charts/shop.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';
import { formatProblems } from '../../mesh/check/format-problems.ts';
import { type Call, outgoingCallsOf } from '../../mesh/graph/call.ts';
import type { CallPolicy } from '../../mesh/policy/call-policy.ts';
import type { Manifest } from '../../mesh/render/manifest.ts';
import { applyObjects } from '../../scripts/operate/cluster/apply-manifests.ts';
import { NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { type KubeObject, nameOf } from '../../scripts/operate/cluster/objects.ts';
import { until } from '../until.ts';
import { expectedPolicy } from './effective-policy.ts';
import { foundPolicies } from './found-policy.ts';
import { kubectlJson } from './kubectl-json.ts';
import { podsOf } from './pods.ts';
import { proxyClusters, proxyRoutes } from './proxy-config.ts';

/** Policies by `caller/name of the call`, as in an environment. */
export type CallChanges = Readonly<Record<string, Partial<CallPolicy>>>;

/**
 * Runs `body` while calls of the running shop have other policies. Applies the Istio objects that differ, and restores
 * them afterwards, also if `body` throws. Waits both times until every proxy of the callers has the change.
 */
export async function withCalls<T>(changes: CallChanges, body: (shop: Shop) => Promise<T>): Promise<T> {
  const environment = loadEnvironment('kind');
  const calls = Object.fromEntries(
    Object.entries(changes).map(([name, change]) => [
      name,
      { ...environment.policyOverrides?.[name], ...change },
    ]),
  );
  const before = synthesizeShop(environment);
  const after = synthesizeShop({
    ...environment,
    policyOverrides: { ...environment.policyOverrides, ...calls },
  });
  if (after.problems.length > 0) throw new Error(formatProblems(after.problems));
  const objects = changedObjects(before.manifests, after.manifests);
  const originals = await Promise.all(objects.map(currentObject));
  const changedCalls = (shop: Shop) =>
    shop.calls.filter(({ caller, name }) => `${caller.name}/${name}` in changes);
  try {
    await applyObjects(objects);
    await waitForPolicies(changedCalls(after.shop));
    return await body(after.shop);
  } finally {
    await applyObjects(originals);
    await waitForPolicies(changedCalls(before.shop));
  }
}

/** Waits until each proxy of the callers enforces the policies of the calls. */
export async function waitForPolicies(calls: readonly Call[]): Promise<void> {
  const callers = [...new Set(calls.map(({ caller }) => caller))];
  await Promise.all(
    callers.map(async (caller) => {
      const { name } = caller;
      const mine = outgoingCallsOf(caller).filter((call) => calls.includes(call));
      let mismatches: readonly object[] = [];
      await until(
        `the proxies of ${name} have the new policies`,
        async () => {
          mismatches = await policyMismatches(name, mine);
          return mismatches.length === 0;
        },
        { lastState: () => mismatches[0] },
      );
    }),
  );
}

async function policyMismatches(caller: string, calls: readonly Call[]): Promise<readonly object[]> {
  const pods = await podsOf(caller);
  const mismatches = await Promise.all(
    pods.map(async (pod) => {
      const [routes, clusters] = await Promise.all([proxyRoutes(pod), proxyClusters(pod)]);
      return calls.flatMap((call) => {
        const expected = expectedPolicy(call);
        return foundPolicies(call, routes, clusters)
          .filter((policy) => !isDeepStrictEqual(policy, expected))
          .map((policy) => ({ pod: pod.pod, call: call.node.path, policy, expected }));
      });
    }),
  );
  return mismatches.flat();
}

function changedObjects(before: readonly Manifest[], after: readonly Manifest[]): readonly KubeObject[] {
  const earlier = new Map(before.map(({ object }) => [nameOf(object), object]));
  return after
    .map(({ object }) => object)
    .filter((object) => !isDeepStrictEqual(object, earlier.get(nameOf(object))));
}

/** Returns an object of the cluster in a form that can be applied. */
async function currentObject({ kind, metadata: { name } }: KubeObject): Promise<KubeObject> {
  const object = await kubectlJson<KubeObject & { readonly spec: object }>([
    'get',
    kind,
    name,
    `--namespace=${NAMESPACE}`,
  ]);
  const { apiVersion, metadata, spec } = object;
  const { namespace, labels, annotations } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
    spec,
  } as KubeObject;
}
