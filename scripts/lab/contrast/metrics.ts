import { parsePrometheus } from '../../operate/rollout/prometheus.ts';
import type { Counted, Replica, Used } from './stage.ts';

/** What a process says at /metrics. */
export interface Told {
  readonly counted: Counted;
  readonly used: Used;
}

/** @param process tells it from another in its place */
export function told(text: string, replica: Replica, process: string): Told {
  const requests: Record<string, number> = {};
  const decisions: Record<string, number> = {};
  const used = { process, cpuMs: 0, memoryMiB: 0 };
  for (const { name, labels, value } of parsePrometheus(text)) {
    if (name === 'weft_requests_total') {
      const method = labels.method?.split('/').at(-1) ?? '';
      requests[method] = (requests[method] ?? 0) + value;
    } else if (name === 'weft_call_policy_total') {
      const kind = labels.decision ?? '';
      decisions[kind] = (decisions[kind] ?? 0) + value;
    } else if (name === 'process_cpu_seconds_total') used.cpuMs = value * 1_000;
    else if (name === 'process_resident_memory_bytes') used.memoryMiB = value / 2 ** 20;
  }
  return { counted: { ...replica, process, requests, decisions }, used };
}
