import { ServiceAccount } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels } from '../labels.ts';

/** The identity of a service. No service talks to the Kubernetes API, so that no token is mounted. */
export function serviceAccount(service: Service): void {
  new ServiceAccount(service, 'service-account', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    automountServiceAccountToken: false,
  });
}
