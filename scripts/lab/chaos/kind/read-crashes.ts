import type { PodClient } from '../../testbed/pod-client.ts';
import { SERVICES } from '../fault-targets.ts';
import { parseCrash } from '../parse-crash.ts';

/** Reads the crashes of services from the previous logs of restarted containers. Logs of deleted pods are lost. */
export async function readCrashes(pods: PodClient): Promise<readonly string[]> {
  const restarts = (await pods.list()).flatMap(({ metadata, status }) =>
    status.containerStatuses
      .filter(({ name, restartCount }) => restartCount > 0 && SERVICES.some((service) => service === name))
      .map(({ name }) => ({ pod: metadata.name, container: name })),
  );
  const crashes = await Promise.all(
    restarts.map(async ({ pod, container }) => {
      const lines = (await pods.previousLog(pod, container)).split('\n');
      return lines.flatMap((line) => parseCrash(pod, line) ?? []);
    }),
  );
  return crashes.flat();
}
