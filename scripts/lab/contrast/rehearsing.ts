import type { DeploymentSpec } from '../../../imports/kubernetes.ts';
import type { Manifest } from '../../../mesh/render/manifest.ts';
import type { Contrasted } from './report.ts';

const VARIABLES = [
  { name: 'WEFT_FAULT_INJECTION', value: 'allowed' },
  { name: 'WEFT_LOG_LEVEL', value: 'warn' },
];

/**
 * Manifests of a shop that lets itself be troubled: processes take trouble at their admin port, which is reached past
 * the sidecar; they log little, since that would be measured too; and the ingress gateway repeats nothing, so that
 * what is seen is of the calls.
 */
export function rehearsing(manifests: readonly Manifest[], layer: Contrasted): readonly Manifest[] {
  return manifests.map((manifest) => ({ ...manifest, object: changed(manifest.object, layer) }));
}

function changed(object: Manifest['object'], layer: Contrasted): Manifest['object'] {
  if (object.kind === 'Deployment') return withTrouble(object, layer);
  if (object.kind === 'VirtualService' && object.metadata.name.endsWith('-edge'))
    return withoutRetries(object);
  return object;
}

function withTrouble(object: Manifest['object'], layer: Contrasted): Manifest['object'] {
  const spec = object.spec as DeploymentSpec;
  const { template } = spec;
  const { containers = [] } = template.spec ?? {};
  const annotations = {
    ...template.metadata?.annotations,
    'traffic.sidecar.istio.io/excludeInboundPorts': '9090',
    // Under another layer every pod is another one: whether it has a sidecar is decided when it is made.
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
  const spec = object.spec as { readonly http: readonly object[] };
  return {
    ...object,
    spec: { ...spec, http: spec.http.map((route) => ({ ...route, retries: { attempts: 0 } })) },
  };
}
