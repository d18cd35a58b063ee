import { Service as KubeService } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import type { Version } from '../../graph/version.ts';
import { serviceLabels, serviceSelector, versionLabels, versionSelector } from '../peers/labels.ts';
import { deploymentName } from './deployment.ts';
import { servicePorts } from './ports.ts';

/** Adds the Service in front of all versions. */
export function addService(service: Service): void {
  new KubeService(service, 'service', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: {
      selector: serviceSelector(service),
      ports: ports(service),
    },
  });
}

/**
 * Adds a headless Service of one version, for callers that balance among endpoints themselves. Kubernetes copies the
 * labels of the Service to its EndpointSlices, so that callers know the version of each endpoint. No caller uses its
 * DNS name.
 */
export function addVersionService(service: Service, version: Version): void {
  new KubeService(service, `service-${version.name}`, {
    metadata: { name: deploymentName(service, version), labels: versionLabels(service, version) },
    spec: { clusterIP: 'None', selector: versionSelector(service, version), ports: ports(service) },
  });
}

function ports(service: Service) {
  return servicePorts(service).map(({ name, port, appProtocol }) => ({
    name,
    port,
    targetPort: name,
    appProtocol,
  }));
}
