import { MONITORING_NAMESPACE } from '../charts/observability/names.ts';
import { readVersions } from '../charts/versions.ts';
import { formatObservabilityMemory } from './operate/cluster/cluster-summary.ts';
import { readGatewayAddress } from './operate/cluster/gateway-address.ts';
import { listKindClusters } from './operate/cluster/kind-clusters.ts';
import { CLUSTER, NAMESPACE, type NamespaceOptions } from './operate/cluster/kubectl.ts';
import { measureMemory } from './operate/cluster/memory.ts';
import { findOutdatedProxies } from './operate/cluster/outdated-proxies.ts';
import { isReady, listShopPods } from './operate/cluster/pod-report.ts';
import { readRelease } from './operate/cluster/release.ts';
import { readRolloutProgress } from './operate/cluster/rollout.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';

const { json } = parseOptions(
  `npm run kind:status -- [--json]

Shows the shop in the cluster '${CLUSTER}' and, if it runs, the observability stack: the pods, the weight of each
version, whether every sidecar has the newest configuration, and the address. Exits with code 1 if anything is not ready.
`,
  { json: { type: 'boolean', default: false } },
);

await runVerb(status);

async function status(): Promise<number> {
  if (!(await listKindClusters()).includes(CLUSTER))
    throw new Error(`cluster ${CLUSTER} does not exist; create it with npm run kind:up`);
  const { observability } = await readRelease();
  const namespaces = observability ? [NAMESPACE, MONITORING_NAMESPACE] : [NAMESPACE];
  const inAll = async <T>(read: (options: NamespaceOptions) => Promise<readonly T[]>) =>
    (await Promise.all(namespaces.map((namespace) => read({ namespace })))).flat();
  const [address, workloads, pods, outdated, memory, observabilityMemory] = await Promise.all([
    readGatewayAddress(),
    inAll((options) => readRolloutProgress('statefulsets,deployments', options)),
    inAll(listShopPods),
    findOutdatedProxies(),
    measureMemory(),
    observability && measureMemory({ namespace: MONITORING_NAMESPACE }),
  ]);
  const rows = pods.map((pod) => {
    const containers = pod.status.containerStatuses ?? [];
    return {
      name: pod.metadata.name,
      ready: isReady(pod),
      restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
      image: pod.spec.containers[0]?.image ?? '',
    };
  });
  const ready =
    workloads.length > 0 && workloads.every(({ isComplete }) => isComplete) && outdated.length === 0;
  const versions = readVersions('kind');
  if (json) {
    print(
      JSON.stringify({
        ...{ ready, address, workloads, pods: rows, versions, proxiesBehind: outdated, memory },
        ...(observabilityMemory && { observability, observabilityMemory }),
      }),
    );
    return ready ? 0 : 1;
  }
  const width = Math.max(4, ...rows.map(({ name }) => name.length));
  for (const { name, ready, restarts, image } of rows)
    print(`${name.padEnd(width)}  ${ready ? 'ready    ' : 'NOT READY'}  ${restarts} restarts  ${image}`);
  for (const [service, list] of Object.entries(versions))
    print(
      `${service}: ${list.map(({ name, weight }) => `${name} ${weight} %`).join(', ')}, as in charts/versions.json`,
    );
  for (const { name, ready, desired, isComplete } of workloads)
    if (!isComplete) print(`${name}: ${ready} of ${desired} pods`);
  print(outdated.length === 0 ? 'all proxies are in sync' : `proxies not in sync: ${outdated.join(', ')}`);
  const { requestedMiB, actualMiB } = memory;
  print(`${memory.pods} pods request ${requestedMiB} MiB and use ${actualMiB} MiB`);
  if (observabilityMemory) print(formatObservabilityMemory(observabilityMemory));
  print(address);
  return ready ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
