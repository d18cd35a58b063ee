import { parsePrometheus } from '../../operate/rollout/prometheus.ts';
import { fetchText } from '../../process/fetch-text.ts';
import type { Replica } from '../testbed/testbed.ts';
import type { ResourceUsage } from './container-usage.ts';
import type { ContrastTestbed } from './contrast-testbed.ts';

/** Counters of a replica since its process started. */
export interface ReplicaCounters extends Omit<Replica, 'adminUrl'> {
  /** Requests received, by method name. */
  readonly requests: Readonly<Record<string, number>>;
  /** Decisions of the in-app layer, by kind. */
  readonly decisions: Readonly<Record<string, number>>;
}

/** Counters and resource usage of all processes at one time. */
export interface TestbedSnapshot {
  readonly counters: readonly ReplicaCounters[];
  readonly application: readonly ResourceUsage[];
  /** Empty without proxies. */
  readonly proxies: readonly ResourceUsage[];
}

export async function takeSnapshot(testbed: ContrastTestbed): Promise<TestbedSnapshot> {
  const [metrics, containerUsage] = await Promise.all([
    testbed.replicas().then((replicas) => Promise.all(replicas.map(readMetrics))),
    testbed.readUsage?.(),
  ]);
  return {
    counters: metrics.map(({ counters }) => counters),
    ...(containerUsage ?? { application: metrics.map(({ usage }) => usage), proxies: [] }),
  };
}

async function readMetrics({ adminUrl, ...replica }: Replica) {
  const requests: Record<string, number> = {};
  const decisions: Record<string, number> = {};
  const usage = { process: replica.process, cpuMs: 0, memoryMiB: 0 };
  for (const { name, labels, value } of parsePrometheus(await fetchText(`${adminUrl}/metrics`))) {
    if (name === 'rpc_server_call_duration_seconds_count') {
      const method = labels.rpc_method?.split('/').at(-1) ?? '';
      requests[method] = (requests[method] ?? 0) + value;
    } else if (name === 'weft_call_policy_total') {
      const kind = labels.weft_decision ?? '';
      decisions[kind] = (decisions[kind] ?? 0) + value;
    } else if (name === 'process_cpu_seconds_total') usage.cpuMs = value * 1_000;
    else if (name === 'process_resident_memory_bytes') usage.memoryMiB = value / 2 ** 20;
  }
  return { counters: { ...replica, requests, decisions }, usage };
}
