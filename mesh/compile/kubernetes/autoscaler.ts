import { HorizontalPodAutoscaler } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import type { Version } from '../../graph/version.ts';
import { milliseconds } from '../../policy/duration.ts';
import { versionLabels } from '../peers/labels.ts';
import { deploymentName } from './deployment.ts';

/** CPU utilization above which pods are added, in percent of the CPU request. */
const TARGET_CPU_PERCENT = 70;

/** Adds a HorizontalPodAutoscaler by CPU, if `maxReplicas` is greater than `minReplicas`. */
export function addAutoscaler(service: Service, version: Version): void {
  const { minReplicas, maxReplicas } = service.size;
  const { scaleDownStabilization = '5m' } = service.platform.environment;
  if (maxReplicas <= minReplicas) return;
  const name = deploymentName(service, version);
  new HorizontalPodAutoscaler(service, `autoscaler-${version.name}`, {
    metadata: { name, labels: versionLabels(service, version) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas,
      maxReplicas,
      behavior: { scaleDown: { stabilizationWindowSeconds: milliseconds(scaleDownStabilization) / 1_000 } },
      // Measures only the service's container. Including the sidecar would scale on proxy load instead of the load of
      // the service.
      metrics: [
        {
          type: 'ContainerResource',
          containerResource: {
            name: 'cpu',
            container: service.name,
            target: { type: 'Utilization', averageUtilization: TARGET_CPU_PERCENT },
          },
        },
      ],
    },
  });
}
