import { Service } from '../../mesh/graph/service.ts';
import { isReady, listShopPods } from '../../scripts/operate/cluster/pod-report.ts';
import { forwardPort } from '../../scripts/operate/cluster/port-forward.ts';
import type { MetricTexts } from '../contract/order-contract.ts';

/** The metrics of all pods of services, read past their sidecars. */
export interface ShopMetrics {
  read(): Promise<MetricTexts>;
  close(): Promise<void>;
}

/** Forwards a port of this machine to the admin port of each pod that runs a service. */
export async function openMetrics(): Promise<ShopMetrics> {
  const pods = (await listShopPods()).filter(
    (pod) => isReady(pod) && pod.spec.containers.some(({ image }) => image.startsWith('weft/')),
  );
  const forwards = await Promise.all(
    pods.map(async ({ metadata }) => ({
      service: metadata.labels.app ?? '',
      forward: await forwardPort(metadata.name, Service.adminPort),
    })),
  );
  return {
    async read() {
      const texts = await Promise.all(
        forwards.map(async ({ service, forward }) => {
          const response = await fetch(`http://127.0.0.1:${forward.port}/metrics`);
          return { service, text: await response.text() };
        }),
      );
      return new Map(
        [...Map.groupBy(texts, ({ service }) => service)].map(([service, replicas]) => [
          service,
          replicas.map(({ text }) => text),
        ]),
      );
    },
    async close() {
      await Promise.all(forwards.map(({ forward }) => forward.close()));
    },
  };
}
