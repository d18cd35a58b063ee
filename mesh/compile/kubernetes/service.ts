import { Service as KubeService } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import type { Version } from '../../graph/version.ts';
import { serviceLabels, serviceSelector, versionLabels, versionSelector } from '../peers/labels.ts';
import { deploymentName } from './deployment.ts';
import { servicePorts } from './ports.ts';

/** Adds the Service in front of all versions. */
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
 * Adds a headless Service of one version, for callers that balance among endpoints themselves. Kubernetes copies the labels
 * of the Service to its EndpointSlices, so that callers know the version of each endpoint. No caller uses its DNS name.
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
