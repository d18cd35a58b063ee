import { ServiceAccount } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels } from '../peers/labels.ts';

/** Adds the ServiceAccount of a service. Only pods that need a token for the Kubernetes API mount one. */
export function addServiceAccount(service: Service): void {
  new ServiceAccount(service, 'service-account', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    automountServiceAccountToken: false,
  });
}
