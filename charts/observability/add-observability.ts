import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Namespace } from '../../imports/kubernetes.ts';
import { ISTIO_NAMESPACE } from '../../mesh/compile/peers/control-plane.ts';
import type { Platform } from '../../mesh/graph/platform.ts';
import type { ObservabilityFiles } from './files.ts';
import { addMeshPolicies } from './mesh-policies.ts';
import { MONITORING_NAMESPACE } from './names.ts';
import { addNetworkPolicies } from './network-policies.ts';
import { addDiscoveryRoles, addKialiRoles } from './roles.ts';
import { addServer } from './server.ts';
import { serversOf } from './servers.ts';
import type { ObservabilitySettings } from './settings.ts';
import { Stack } from './stack.ts';
import { addTelemetry } from './telemetry.ts';

/**
 * Adds the observability stack of a platform, in a namespace and a file of its own.
 * @throws Error if the environment has no Istio, or the settings contradict each other
 */
export function addObservability(
  app: Construct,
  platform: Platform,
  settings: ObservabilitySettings,
  files: ObservabilityFiles,
): void {
  if (!platform.environment.hasIstio)
    throw new Error(
      `environment '${platform.environment.name}' has no Istio, whose certificates and metrics the observability stack uses; leave the stack out`,
    );
  const chart = new Chart(app, MONITORING_NAMESPACE, {
    namespace: MONITORING_NAMESPACE,
    disableResourceNameHashes: true,
  });
  new Namespace(chart, 'namespace', {
    metadata: {
      name: MONITORING_NAMESPACE,
      labels: {
        'app.kubernetes.io/part-of': 'observability',
        'app.kubernetes.io/managed-by': 'weft',
        'istio-injection': 'enabled',
      },
    },
  });
  const stack = new Stack(chart, platform, settings);
  addNetworkPolicies(stack);
  addMeshPolicies(stack);
  addTelemetry(stack);
  const servers = serversOf(stack, files);
  for (const part of stack.parts) {
    const account = addServer(chart, servers[part], settings);
    if (part === 'prometheus')
      addDiscoveryRoles(chart, account, [platform.namespace, MONITORING_NAMESPACE, ISTIO_NAMESPACE]);
    if (part === 'kiali') addKialiRoles(chart, account, ISTIO_NAMESPACE);
  }
}
