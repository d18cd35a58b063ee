import { podSecurityContext, RESTRICTED_CONTAINER } from '../../mesh/compile/kubernetes/security-context.ts';
import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import { asList } from '../../scripts/operate/cluster/objects.ts';

/** Port on which an idle pod answers `heard`. */
export const IDLE_PORT = 8_080;

/** A server, so that a refused connection differs from a closed port. Ends at once on SIGTERM. */
const IDLE = `process.on('SIGTERM', () => process.exit());
require('node:http').createServer((_, answer) => answer.end('heard')).listen(${IDLE_PORT});`;

export interface IdlePod {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccountName?: string;
  /** Whether the pod is never ready, so that no Service with its labels sends it requests. @default false */
  readonly neverReady?: boolean;
  /** JavaScript to run. @default a server that answers `heard` */
  readonly script?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Folder shared with the sidecar. @default none */
  readonly sharedFolder?: string;
}

/** Returns a pod with a container `probe` that waits for scripts to be run in it. */
export function idlePod(of: IdlePod) {
  const { name, namespace, image, labels, serviceAccountName = 'default', annotations = {} } = of;
  const shared = of.sharedFolder !== undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, annotations },
    spec: {
      serviceAccountName,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      securityContext: podSecurityContext(),
      ...(of.neverReady && { readinessGates: [{ conditionType: 'weft.test/never-ready' }] }),
      containers: [
        {
          name: 'probe',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '--eval', of.script ?? IDLE],
          securityContext: RESTRICTED_CONTAINER,
          ...(shared && { volumeMounts: [{ name: 'shared', mountPath: of.sharedFolder }] }),
        },
      ],
      ...(shared && { volumes: [{ name: 'shared', emptyDir: {} }] }),
    },
  };
}

export async function applyAll(objects: readonly object[]): Promise<void> {
  const apply = ['apply', '--server-side', '--field-manager=weft-test', '--force-conflicts', '--filename=-'];
  await kubectl(apply, { input: asList(objects) });
}

/** Waits until the containers of pods of one namespace run. */
export async function waitForPods(
  namespace: string,
  pods: readonly { readonly metadata: { readonly name: string } }[],
): Promise<void> {
  const names = pods.map(({ metadata }) => `pod/${metadata.name}`);
  const condition = '--for=condition=ContainersReady';
  await kubectl(['wait', condition, '--timeout=180s', `--namespace=${namespace}`, ...names]);
}
