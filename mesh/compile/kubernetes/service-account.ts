import { ServiceAccount } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels } from '../peers/labels.ts';

/** The identity of a service. A token for the Kubernetes API is mounted into the pods that need one alone. */
export function addServiceAccount(service: Service): void {
  new ServiceAccount(service, 'service-account', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    automountServiceAccountToken: false,
  });
}
