import { parsePrometheus } from '../../operate/rollout/prometheus.ts';
import type { Replica, ReplicaCounters, ResourceUsage } from './testbed.ts';

/** The metrics of a replica that runs are measured by. */
export interface ReplicaMetrics {
  readonly counters: ReplicaCounters;
  readonly usage: ResourceUsage;
}

/**
 * Parses the Prometheus text of a replica.
 * @param process identifies the process; a restarted replica needs another one
 */
export function parseReplicaMetrics(text: string, replica: Replica, process: string): ReplicaMetrics {
  const requests: Record<string, number> = {};
  const decisions: Record<string, number> = {};
  const usage = { process, cpuMs: 0, memoryMiB: 0 };
  for (const { name, labels, value } of parsePrometheus(text)) {
    if (name === 'weft_requests_total') {
      const method = labels.method?.split('/').at(-1) ?? '';
      requests[method] = (requests[method] ?? 0) + value;
    } else if (name === 'weft_call_policy_total') {
      const kind = labels.decision ?? '';
      decisions[kind] = (decisions[kind] ?? 0) + value;
    } else if (name === 'process_cpu_seconds_total') usage.cpuMs = value * 1_000;
    else if (name === 'process_resident_memory_bytes') usage.memoryMiB = value / 2 ** 20;
  }
  return { counters: { ...replica, process, requests, decisions }, usage };
}
