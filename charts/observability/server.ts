import { ApiObject, JsonPatch } from 'cdk8s';
import {
  Deployment,
  type IServiceAccount,
  Service as KubeService,
  k8s,
  PodManagementPolicy,
  ServiceAccount,
  StatefulSet,
  type WorkloadProps,
} from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { partPorts } from './access.ts';
import { container } from './container.ts';
import { filesChecksum, partMounts } from './mounts.ts';
import { PART_IMAGES, PART_NAMES, partLabels } from './names.ts';
import type { ObservabilityServer } from './observability-server.ts';
import type { ObservabilityPart, ObservabilitySettings } from './settings.ts';

/** Adds the ServiceAccount, Service, ConfigMaps and workload of a part, with a restricted security context. */
export function addServer(
  scope: Construct,
  server: ObservabilityServer,
  settings: ObservabilitySettings,
): ServiceAccount {
  const { part, storage, readsApi = false } = server;
  const name = PART_NAMES[part];
  const labels = partLabels(part);
  const metadata = { name, labels };
  const ports = partPorts(settings)[part];
  const account = new ServiceAccount(scope, `${part}-service-account`, {
    metadata,
    automountToken: readsApi,
  });
  const props = {
    metadata,
    podMetadata: {
      labels: {
        ...labels,
        'app.kubernetes.io/version': versionOf(part),
        version: versionOf(part),
      },
      annotations: { 'weft/config-checksum': filesChecksum(server), ...server.podAnnotations },
    },
    replicas: 1,
    serviceAccount: account as IServiceAccount,
    automountServiceAccountToken: readsApi,
    securityContext: { user: server.uid, group: server.uid, fsGroup: server.uid, ensureNonRoot: true },
    containers: [container(server, settings, partMounts(scope, server))],
  } satisfies WorkloadProps & { readonly replicas: number };
  const service = (selector?: Deployment) =>
    new KubeService(scope, `${part}-service`, {
      metadata,
      ports: ports.map(({ name, port }) => ({ name, port, targetPort: port })),
      ...(selector && { selector }),
    });
  if (storage === undefined) {
    const deployment = new Deployment(scope, part, props);
    service(deployment);
    ApiObject.of(deployment).addJsonPatch(...podPatches());
    return account;
  }
  const statefulSet = new StatefulSet(scope, part, {
    ...props,
    // Otherwise a pod that cannot start would never be replaced by one of a fixed template.
    podManagementPolicy: PodManagementPolicy.PARALLEL,
    service: service(),
  });
  ApiObject.of(statefulSet).addJsonPatch(...podPatches(), ...claimPatches(storage, settings.storageGiB));
  return account;
}

/** Sets the fields of pods that cdk8s-plus does not have. */
function podPatches(): readonly JsonPatch[] {
  return [
    JsonPatch.add('/spec/template/spec/enableServiceLinks', false),
    JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'RuntimeDefault' }),
  ];
}

/** Adds the claim of a volume, which cdk8s-plus does not have for StatefulSets, and mounts it. */
function claimPatches(path: string, storageGiB: number): readonly JsonPatch[] {
  // Patches precede the conversion of quantities, which drops plain strings.
  const storage = k8s.Quantity.fromString(`${storageGiB}Gi`);
  return [
    JsonPatch.add('/spec/template/spec/containers/0/volumeMounts/-', { name: 'data', mountPath: path }),
    JsonPatch.add('/spec/volumeClaimTemplates', [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
      },
    ]),
  ];
}

function versionOf(part: ObservabilityPart): string {
  return PART_IMAGES[part].split(':').at(-1) ?? '';
}
