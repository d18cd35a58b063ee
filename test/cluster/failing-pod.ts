import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { readInbound } from '../../scripts/operate/rollout/inbound.ts';
import { parsePrometheus, type Sample } from '../../scripts/operate/rollout/prometheus.ts';
import { kubectlJson } from './kubectl-json.ts';

interface Template {
  readonly spec: {
    readonly template: {
      readonly metadata: object;
      readonly spec: { readonly containers: readonly { readonly env: readonly object[] }[] };
    };
  };
}

/**
 * Runs `body` while an additional pod of v1 of a service answers every call with UNAVAILABLE.
 * @param service @default product
 */
export async function withFailingPod(
  body: (pod: string) => Promise<void>,
  service = 'product',
): Promise<void> {
  const podName = `${service}-that-fails`;
  const deployment = ['get', 'deployment', `${service}-v1`, `--namespace=${NAMESPACE}`];
  const { metadata, spec } = (await kubectlJson<Template>(deployment)).spec.template;
  const [container, ...others] = spec.containers;
  const fails = { name: 'WEFT_FAIL_PERCENT', value: '100' };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: podName, namespace: NAMESPACE },
    spec: { ...spec, containers: [{ ...container, env: [...(container?.env ?? []), fails] }, ...others] },
  };
  try {
    await kubectl(['create', '--filename=-'], { input: JSON.stringify(pod) });
    await kubectl([
      'wait',
      'pod',
      podName,
      `--namespace=${NAMESPACE}`,
      '--for=condition=Ready',
      '--timeout=90s',
    ]);
    await body(podName);
  } finally {
    await kubectl(['delete', 'pod', podName, `--namespace=${NAMESPACE}`, '--ignore-not-found', '--now']);
  }
}

/** Returns all statistics of a pod's sidecar. */
export async function statistics(pod: string): Promise<readonly Sample[]> {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}:15090/proxy/stats/prometheus`;
  return parsePrometheus(await kubectl(['get', '--raw', path]));
}

/** Returns the requests to the gRPC port of a pod, as counted by its sidecar. */
export async function inboundRequests(pod: string) {
  return readInbound(await statistics(pod), 50_051);
}
