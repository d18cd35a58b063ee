import { PodDisruptionBudget } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';

/**
 * Adds a PodDisruptionBudget that allows one eviction at a time. A service with one pod gets none, because the budget
 * would block a drain of its node.
 */
export function addDisruptionBudget(service: Service): void {
  if (service.size.minReplicas * service.versions.length < 2) return;
  new PodDisruptionBudget(service, 'disruption-budget', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: { maxUnavailable: 1, selector: { matchLabels: serviceSelector(service) } },
  });
}
