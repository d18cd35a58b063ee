import { crashOf } from '../crash-of.ts';
import { SERVICES } from '../planned-faults.ts';
import type { ShopPods } from './shop-pods.ts';

/** What processes of the services said last before they were started again, where an error ended them. */
export async function crashesIn(pods: ShopPods): Promise<readonly string[]> {
  const restarted = (await pods.list()).flatMap(({ metadata, status }) =>
    status.containerStatuses
      .filter(({ name, restartCount }) => restartCount > 0 && SERVICES.some((service) => service === name))
      .map(({ name }) => ({ pod: metadata.name, container: name })),
  );
  const found = await Promise.all(
    restarted.map(async ({ pod, container }) => {
      const lines = (await pods.previousLog(pod, container)).split('\n');
      return lines.flatMap((line) => crashOf(pod, line) ?? []);
    }),
  );
  return found.flat();
}
