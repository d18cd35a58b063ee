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

/** A pod in which programs are started when they are needed. */
export interface ProbePod {
  readonly name: string;
  /** The service that it is of. */
  readonly service: string;
  readonly sidecar: boolean;
}

/** Callers with and without a sidecar. Both have the labels of the calling service, by which Istio knows it. */
export const CALLER_PODS = {
  mesh: { name: 'caller', service: CALLER, sidecar: true },
  plain: { name: 'caller-without-sidecar', service: CALLER, sidecar: false },
} as const satisfies Readonly<Record<string, ProbePod>>;

export const CALLEE_PODS: readonly ProbePod[] = [
  { name: 'one', service: 'one', sidecar: true },
  { name: 'three-1', service: 'three', sidecar: true },
  { name: 'three-2', service: 'three', sidecar: true },
  { name: 'three-3', service: 'three', sidecar: true },
  { name: 'bare', service: 'bare', sidecar: false },
];

/** Name of the container that the programs run in. */
export const CONTAINER = 'probe';

/** Does nothing, and ends at once when it is told to. */
const IDLE = `process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 2 ** 30);`;

/** @param image that of a service, with Node, the kit and its packages */
export function podObject({ name, service, sidecar }: ProbePod, image: string): KubeObject {
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
        command: ['node', '--eval', IDLE],
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
  const labels = { ...serviceSelector({ name: service }), 'sidecar.istio.io/inject': String(sidecar) };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: NAMESPACE, labels }, spec };
  return pod;
}
