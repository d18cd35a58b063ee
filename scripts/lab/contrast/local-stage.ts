import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type LocalPod, localPort } from '../../../mesh/run/local-pod.ts';
import type { LocalRun } from '../../../mesh/run/local-run.ts';
import { isPostgres } from '../../../mesh/run/postgres-process.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { administer } from './administer.ts';
import { told } from './metrics.ts';
import type { Replica, Stage } from './stage.ts';

const ENDPOINTS = z.record(z.string(), z.array(z.unknown()));

/** The shop as processes on loopback. @param data where the run keeps its files */
export async function localStage(run: LocalRun, data: string): Promise<Stage> {
  const services = run.pods.filter((pod) => !isPostgres(pod));
  const file = join(data, 'endpoints.json');
  const endpoints = readJson(ENDPOINTS, await readFile(file, 'utf8'), { name: file });
  const known = new Map<string, number>();
  let processes = 0;
  const started = new Map(services.map((pod) => [pod.name, processes++]));

  const podsOf = (service: string) => services.filter(({ container }) => container.name === service);
  const podOf = ({ name }: Replica): LocalPod => {
    const pod = services.find((one) => one.name === name);
    if (pod) return pod;
    throw new Error(`no process is called ${name}`);
  };
  const admin = (pod: LocalPod) => `http://127.0.0.1:${localPort(pod, 'http-admin')}`;
  const replicaOf = ({ name, container }: LocalPod): Replica => ({ service: container.name, name });

  return {
    door: run.edgeUrl,
    replicas: async (service) => {
      const pods = podsOf(service);
      return pods.slice(0, known.get(service) ?? pods.length).map(replicaOf);
    },
    rehearse: (replica, trouble) => administer(admin(podOf(replica))).rehearse(trouble),
    keys: (replica) => administer(admin(podOf(replica))).keys(),
    async restart(service) {
      for (const pod of podsOf(service)) {
        await run.restart(pod);
        started.set(pod.name, processes++);
      }
    },
    // Callers read the file twice a second; a process that is in no list goes on, and is asked nothing.
    async scale(service, replicas) {
      known.set(service, replicas);
      const scaled = Object.entries(endpoints).map(([address, list]) =>
        address.startsWith(`${service}.`) ? [address, list.slice(0, replicas)] : [address, list],
      );
      await writeFile(file, `${JSON.stringify(Object.fromEntries(scaled), undefined, 2)}\n`);
    },
    async read() {
      const all = await Promise.all(
        services.map(async (pod) => {
          const text = await administer(admin(pod)).metrics();
          return told(text, replicaOf(pod), String(started.get(pod.name)));
        }),
      );
      return {
        counted: all.map(({ counted }) => counted),
        application: all.map(({ used }) => used),
        proxies: [],
      };
    },
  };
}
