import {
  podSecurityContext,
  RESTRICTED_CONTAINER,
} from '../../../../mesh/compile/kubernetes/security-context.ts';
import { serviceSelector } from '../../../../mesh/compile/peers/labels.ts';
import { bootstrapVariables } from '../../../../mesh/compile/proxyless/bootstrap.ts';
import { Service } from '../../../../mesh/graph/service.ts';
import type { KubeObject } from '../../../operate/cluster/objects.ts';
import { CALLER, NAMESPACE } from './probe-objects.ts';
import { SOURCES_MOUNT, SOURCES_VOLUME } from './sources.ts';

/** A pod in which programs are started on demand. */
export interface ProbePod {
  readonly name: string;
  /** The service that the pod belongs to. */
  readonly service: string;
  readonly hasSidecar: boolean;
}

/** Caller pods with and without a sidecar. Both have the labels by which Istio identifies the calling service. */
export const CALLER_PODS = {
  mesh: { name: 'caller', service: CALLER, hasSidecar: true },
  plain: { name: 'caller-without-sidecar', service: CALLER, hasSidecar: false },
} as const satisfies Readonly<Record<string, ProbePod>>;

export const CALLEE_PODS: readonly ProbePod[] = [
  { name: 'one', service: 'one', hasSidecar: true },
  { name: 'three-1', service: 'three', hasSidecar: true },
  { name: 'three-2', service: 'three', hasSidecar: true },
  { name: 'three-3', service: 'three', hasSidecar: true },
  { name: 'bare', service: 'bare', hasSidecar: false },
];

/** Name of the container in which programs run. */
export const CONTAINER = 'probe';

/** A script that idles until SIGTERM. */
const IDLE_SCRIPT = `process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 2 ** 30);`;

/**
 * Returns the pod object.
 * @param image image of a service, which contains Node, the kit and its packages
 */
export function podObject({ name, service, hasSidecar }: ProbePod, image: string): KubeObject {
  const spec = {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    securityContext: podSecurityContext(),
    containers: [
      {
        name: CONTAINER,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['node', '--eval', IDLE_SCRIPT],
        env: bootstrapVariables({ name: service }, NAMESPACE),
        ports: [
          { name: 'grpc', containerPort: Service.grpcPort },
          { name: 'http-admin', containerPort: Service.adminPort },
        ],
        securityContext: RESTRICTED_CONTAINER,
        volumeMounts: [SOURCES_MOUNT],
      },
    ],
    volumes: [SOURCES_VOLUME],
  };
  const labels = { ...serviceSelector({ name: service }), 'sidecar.istio.io/inject': String(hasSidecar) };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: NAMESPACE, labels }, spec };
  return pod;
}
