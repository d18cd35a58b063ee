import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type LocalPod, localPort } from '../../../mesh/run/local-pod.ts';
import type { LocalRun } from '../../../mesh/run/local-run.ts';
import { isPostgres } from '../../../mesh/run/postgres-process.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { createAdminClient } from './admin-client.ts';
import { parseReplicaMetrics } from './replica-metrics.ts';
import type { ContrastTestbed, Replica } from './testbed.ts';

const ENDPOINTS = z.record(z.string(), z.array(z.unknown()));

/**
 * Returns a testbed of the shop as local processes.
 * @param data folder in which the run keeps its files
 */
export async function createLocalTestbed(run: LocalRun, data: string): Promise<ContrastTestbed> {
  const servicePods = run.pods.filter((pod) => !isPostgres(pod));
  const file = join(data, 'endpoints.json');
  const endpoints = readJson(ENDPOINTS, await readFile(file, 'utf8'), { name: file });
  const scales = new Map<string, number>();
  let processCount = 0;
  const processIds = new Map(servicePods.map((pod) => [pod.name, processCount++]));

  const podsOf = (service: string) => servicePods.filter(({ container }) => container.name === service);
  const podOf = ({ name }: Replica): LocalPod => {
    const pod = servicePods.find((one) => one.name === name);
    if (pod) return pod;
    throw new Error(`there is no process '${name}'`);
  };
  const adminOf = (pod: LocalPod) => createAdminClient(`http://127.0.0.1:${localPort(pod, 'http-admin')}`);
  const replicaOf = ({ name, container }: LocalPod): Replica => ({ service: container.name, name });

  return {
    ingressUrl: run.edgeUrl,
    replicas: async (service) => {
      const pods = podsOf(service);
      return pods.slice(0, scales.get(service) ?? pods.length).map(replicaOf);
    },
    injectFault: (replica, fault) => adminOf(podOf(replica)).injectFault(fault),
    countKeys: (replica) => adminOf(podOf(replica)).countKeys(),
    async restart(service) {
      for (const pod of podsOf(service)) {
        await run.restart(pod);
        processIds.set(pod.name, processCount++);
      }
    },
    // Callers read the endpoints file twice a second. A process that is not listed keeps running without calls.
    async scale(service, replicas) {
      scales.set(service, replicas);
      const scaled = Object.entries(endpoints).map(([address, list]) =>
        address.startsWith(`${service}.`) ? [address, list.slice(0, replicas)] : [address, list],
      );
      await writeFile(file, `${JSON.stringify(Object.fromEntries(scaled), undefined, 2)}\n`);
    },
    async takeSnapshot() {
      const metrics = await Promise.all(
        servicePods.map(async (pod) => {
          const text = await adminOf(pod).readMetrics();
          return parseReplicaMetrics(text, replicaOf(pod), String(processIds.get(pod.name)));
        }),
      );
      return {
        counters: metrics.map(({ counters }) => counters),
        application: metrics.map(({ usage }) => usage),
        proxies: [],
      };
    },
  };
}
