import { Service as KubeService } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import type { Version } from '../../graph/version.ts';
import { serviceLabels, serviceSelector, versionLabels, versionSelector } from '../peers/labels.ts';
import { deploymentName } from './deployment.ts';
import { servicePorts } from './ports.ts';

/** The name under which a service is found, in front of all its versions. */
export function addService(of: Service): void {
  new KubeService(of, 'service', {
    metadata: { name: of.name, labels: serviceLabels(of) },
    spec: {
      selector: serviceSelector(of),
      ports: ports(of),
    },
  });
}

/**
 * Who is of a version, for callers that choose among endpoints: Kubernetes gives an EndpointSlice the labels of its
 * Service, the version among them. Nobody calls it by this name.
 */
export function addVersionService(of: Service, version: Version): void {
  new KubeService(of, `service-${version.name}`, {
    metadata: { name: deploymentName(of, version), labels: versionLabels(of, version) },
    spec: { clusterIP: 'None', selector: versionSelector(of, version), ports: ports(of) },
  });
}

function ports(of: Service) {
  return servicePorts(of).map(({ name, port, appProtocol }) => ({
    name,
    port,
    targetPort: name,
    appProtocol,
  }));
}
