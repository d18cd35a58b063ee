import { Service as KubeService } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels, serviceSelector } from '../labels.ts';
import { servicePorts } from './ports.ts';

/** The name under which a service is found, in front of all its versions. */
export function service(of: Service): void {
  new KubeService(of, 'service', {
    metadata: { name: of.name, labels: serviceLabels(of) },
    spec: {
      selector: serviceSelector(of),
      ports: servicePorts(of).map(({ name, port, appProtocol }) => ({
        name,
        port,
        targetPort: name,
        appProtocol,
      })),
    },
  });
}
