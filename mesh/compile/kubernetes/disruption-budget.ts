import { PodDisruptionBudget } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';

/** Lets one pod at a time be evicted. A service of one pod has none: a budget would block the node's drain. */
export function addDisruptionBudget(service: Service): void {
  if (service.size.minReplicas * service.versions.length < 2) return;
  new PodDisruptionBudget(service, 'disruption-budget', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: { maxUnavailable: 1, selector: { matchLabels: serviceSelector(service) } },
  });
}
