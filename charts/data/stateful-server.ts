import {
  type Container,
  Service as KubeService,
  type Probe,
  ServiceAccount,
  StatefulSet,
  type Volume,
} from '../../imports/kubernetes.ts';
import { podSecurityContext, RESTRICTED_CONTAINER } from '../../mesh/compile/kubernetes/security-context.ts';
import { serviceSelector } from '../../mesh/compile/peers/labels.ts';
import type { Platform } from '../../mesh/graph/platform.ts';

/** A database or broker: one pod with its own identity and volume. */
export interface StatefulServer {
  readonly name: string;
  readonly port: number;
  /** User and group of the image's process. */
  readonly uid: number;
  readonly container: Pick<Container, 'image' | 'command' | 'args' | 'env' | 'resources' | 'volumeMounts'>;
  /** Probe for startup, readiness and liveness. */
  readonly probe: Probe;
  readonly volumes: readonly Volume[];
  /** Size of the volume `data`, in GiB. */
  readonly storageGiB: number;
  readonly podAnnotations?: Readonly<Record<string, string>>;
}

/**
 * Adds a database or broker, with a Service of its name.
 *
 * Its pod has a sidecar like any other. Clients are authenticated by their certificate, and connections are encrypted.
 */
export function addStatefulServer(platform: Platform, server: StatefulServer): void {
  const { name, port, uid, container, probe, volumes, storageGiB, podAnnotations } = server;
  const labels = serviceSelector({ name });
  const metadata = { name, labels };
  const portName = `tcp-${name}`;
  new ServiceAccount(platform, `${name}-service-account`, { metadata, automountServiceAccountToken: false });
  new KubeService(platform, `${name}-service`, {
    metadata,
    spec: { selector: labels, ports: [{ name: portName, port, targetPort: portName, appProtocol: 'tcp' }] },
  });
  new StatefulSet(platform, name, {
    metadata,
    spec: {
      serviceName: name,
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(podAnnotations && { annotations: podAnnotations }) },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          // The images would read the variables of service links, such as KAFKA_PORT and RABBITMQ_PORT, as settings.
          enableServiceLinks: false,
          securityContext: podSecurityContext(uid),
          terminationGracePeriodSeconds: 60,
          containers: [
            {
              name,
              imagePullPolicy: 'IfNotPresent',
              ...container,
              ports: [{ name: portName, containerPort: port }],
              startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 120 },
              readinessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 2 },
              livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
              securityContext: RESTRICTED_CONTAINER,
            },
          ],
          volumes,
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: `${storageGiB}Gi` } } },
        },
      ],
    },
  });
}
