import { type Container, Deployment, type PodSpec } from '../../../imports/kubernetes.ts';
import { Service } from '../../graph/service.ts';
import type { Version } from '../../graph/version.ts';
import { PROXY_ANNOTATIONS } from '../istio/proxy-config.ts';
import { versionLabels, versionSelector } from '../peers/labels.ts';
import { hasProxylessCalls, PLAIN_XDS_PORT } from '../proxyless/bootstrap.ts';
import type { ConfigFile } from './config-map.ts';
import { API_SERVER_PORT, choosesEndpoints } from './endpoint-access.ts';
import { environmentVariables } from './environment-variables.ts';
import { dnsPorts } from './platform-egress.ts';
import { servicePorts } from './ports.ts';
import { podSecurityContext, RESTRICTED_CONTAINER } from './security-context.ts';
import { shutdown } from './shutdown.ts';
import { volumeMounts, volumes } from './volumes.ts';

/** Adds the Deployment of one version of a service. */
export function addDeployment(service: Service, version: Version, config: ConfigFile): void {
  const { minReplicas, maxReplicas } = service.size;
  const labels = versionLabels(service, version);
  new Deployment(service, `deployment-${version.name}`, {
    metadata: { name: deploymentName(service, version), labels },
    spec: {
      // An autoscaler owns the number of replicas. A number here would reset it on every apply.
      ...(maxReplicas > minReplicas ? {} : { replicas: minReplicas }),
      selector: { matchLabels: versionSelector(service, version) },
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels, annotations: podAnnotations(service, config) },
        spec: podSpec(service, version, config),
      },
    },
  });
}

/**
 * Returns the name of a version's Deployment. The name contains the version even if there is only one. Because the
 * selector of a Deployment is immutable, a second version could otherwise not be added later.
 */
export function deploymentName(service: Service, version: Version): string {
  return `${service.name}-${version.name}`;
}

/** Returns the image reference of a version. */
export function imageOf(service: Service, version: Version): string {
  const { imagePrefix, imageTag, imageTagOverrides = {} } = service.platform.environment;
  return `${imagePrefix}${service.name}:${version.imageTag ?? imageTagOverrides[service.name] ?? imageTag}`;
}

function podAnnotations(service: Service, config: ConfigFile): Readonly<Record<string, string>> {
  const { platform } = service;
  return {
    'weft/config-checksum': config.checksum,
    ...(platform.environment.hasIstio && PROXY_ANNOTATIONS),
    ...(platform.environment.hasIstio && bypassAnnotations(service)),
  };
}

/**
 * Returns the annotation with the outbound ports that bypass the sidecar: those of hosts that the sidecar does not
 * know, and those of calls whose policy the process enforces. They include port 53 (DNS over TCP), because a sidecar
 * closes connections to unknown hosts.
 */
function bypassAnnotations(service: Service): Readonly<Record<string, string>> {
  const ports = [
    ...dnsPorts(service.platform.environment),
    ...(choosesEndpoints(service) ? [API_SERVER_PORT] : []),
    ...(hasProxylessCalls(service) ? [PLAIN_XDS_PORT, Service.grpcPort] : []),
  ];
  return { 'traffic.sidecar.istio.io/excludeOutboundPorts': ports.join() };
}

function podSpec(service: Service, version: Version, config: ConfigFile): PodSpec {
  return {
    serviceAccountName: service.name,
    automountServiceAccountToken: choosesEndpoints(service),
    enableServiceLinks: false,
    securityContext: podSecurityContext(),
    terminationGracePeriodSeconds: shutdown(service.platform.environment).graceSeconds,
    topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map(
      (topologyKey) => ({
        topologyKey,
        maxSkew: 1,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: versionSelector(service, version) },
      }),
    ),
    containers: [container(service, version)],
    volumes: volumes(service, config),
  };
}

function container(service: Service, version: Version): Container {
  const { environment } = service.platform;
  const { cpuMillis, memoryMiB } = service.size;
  const { preStopSeconds } = shutdown(environment);
  const memory = `${memoryMiB}Mi`;
  return {
    name: service.name,
    image: imageOf(service, version),
    imagePullPolicy: 'IfNotPresent',
    args: [`services/${service.name}/main.ts`],
    env: environmentVariables(service, version),
    ports: servicePorts(service).map(({ name, port }) => ({ name, containerPort: port })),
    // No CPU limit: it would throttle the single thread of the event loop.
    resources: { requests: { cpu: `${cpuMillis}m`, memory }, limits: { memory } },
    startupProbe: {
      httpGet: { path: '/healthz', port: 'http-admin' },
      periodSeconds: 1,
      failureThreshold: 60,
    },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http-admin' }, periodSeconds: 5, timeoutSeconds: 2 },
    livenessProbe: {
      httpGet: { path: '/healthz', port: 'http-admin' },
      periodSeconds: 10,
      timeoutSeconds: 2,
      failureThreshold: 6,
    },
    ...(preStopSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
    securityContext: RESTRICTED_CONTAINER,
    volumeMounts: volumeMounts(service),
  };
}
