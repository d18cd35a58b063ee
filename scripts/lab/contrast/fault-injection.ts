import type { DeploymentSpec } from '../../../imports/kubernetes.ts';
import type { Manifest } from '../../../mesh/render/manifest.ts';
import type { ContrastLayer } from './report.ts';

const VARIABLES = [
  { name: 'WEFT_FAULT_INJECTION', value: 'allowed' },
  { name: 'WEFT_LOG_LEVEL', value: 'warn' },
];

/**
 * Changes manifests so that scenarios can inject faults and measure calls alone. Processes accept faults at their admin
 * port, which bypasses the sidecar. They log little, since logging costs CPU. The ingress gateway does not retry.
 */
export function withFaultInjection(
  manifests: readonly Manifest[],
  layer: ContrastLayer,
): readonly Manifest[] {
  return manifests.map((manifest) => ({ ...manifest, object: change(manifest.object, layer) }));
}

function change(object: Manifest['object'], layer: ContrastLayer): Manifest['object'] {
  if (object.kind === 'Deployment') return withVariables(object, layer);
  if (object.kind === 'VirtualService' && object.metadata.name.endsWith('-edge'))
    return withoutRetries(object);
  return object;
}

function withVariables(object: Manifest['object'], layer: ContrastLayer): Manifest['object'] {
  const spec = object.spec as DeploymentSpec;
  const { template } = spec;
  const { containers = [] } = template.spec ?? {};
  const annotations = {
    ...template.metadata?.annotations,
    'traffic.sidecar.istio.io/excludeInboundPorts': '9090',
    // Replaces every pod when the layer changes: a sidecar is injected only when a pod is created.
    'weft/contrast': layer,
  };
  return {
    ...object,
    spec: {
      ...spec,
      template: {
        metadata: { ...template.metadata, annotations },
        spec: {
          ...template.spec,
          containers: containers.map((one) => ({ ...one, env: [...(one.env ?? []), ...VARIABLES] })),
        },
      },
    },
  };
}

function withoutRetries(object: Manifest['object']): Manifest['object'] {
  const spec = object.spec as { readonly http: readonly { readonly route?: unknown }[] };
  // A direct response has no retries.
  const http = spec.http.map((route) => (route.route ? { ...route, retries: { attempts: 0 } } : route));
  return { ...object, spec: { ...spec, http } };
}
