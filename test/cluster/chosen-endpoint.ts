import { App } from 'cdk8s';
import { compile } from '../../mesh/compile/compile.ts';
import type { Environment } from '../../mesh/graph/environment.ts';
import { Platform } from '../../mesh/graph/platform.ts';
import { Service } from '../../mesh/graph/service.ts';
import type { KubernetesObject } from '../../mesh/render/manifest.ts';
import { resolveManifests } from '../../mesh/render/resolve-manifests.ts';
import { NotificationServiceDefinition } from '../../services/proto/gen/weft/notification/v1/notification.ts';

/** Pods of the callee. */
export const REPLICAS = 3;

/** Answers with the name of its pod. */
const CALLEE = `
  import { hostname } from 'node:os';
  import { implement } from '/app/services/kit/server/implement.ts';
  import { runService } from '/app/services/kit/service.ts';
  import { NotificationServiceDefinition } from '/app/services/proto/gen/weft/notification/v1/notification.ts';
  const listNotifications = async () => ({ items: [], nextCursor: hostname() });
  await runService(async () => ({ grpc: [implement(NotificationServiceDefinition, { listNotifications })] }));`;

/** Calls in a loop, and logs the pod that answered. */
const CALLER = `
  import { setTimeout as delay } from 'node:timers/promises';
  import { runService } from '/app/services/kit/service.ts';
  import { NotificationServiceDefinition } from '/app/services/proto/gen/weft/notification/v1/notification.ts';
  await runService(async (context) => {
    const client = context.client(NotificationServiceDefinition, 'callee');
    const call = async () => {
      while (!context.stopping.aborted) {
        await client.listNotifications({ customerId: 'x', limit: 0, cursor: '' }).then(
          ({ nextCursor }) => context.log.info('answered', { by: nextCursor }),
          (error) => context.log.info('failed', { error }),
        );
        await delay(20);
      }
    };
    return { background: [{ start: () => void call(), stop: async () => {} }] };
  });`;

const PROGRAMS: Readonly<Record<string, string>> = { 'caller-v1': CALLER, 'callee-v1': CALLEE };

/** The used part of a compiled Deployment. */
interface Pods {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly object[] } };
  };
}

/**
 * Returns a caller that selects endpoints of a callee by hashing its own address, so that it always selects the same one. Both
 * services are compiled from a graph, and run programs of this test.
 * @param image image of a service, with Node, the kit and its packages
 */
export function chosenEndpoint(
  namespace: string,
  istio: boolean,
  image: string,
): readonly KubernetesObject[] {
  const environment: Environment = {
    name: 'chosen-endpoint',
    layer: 'app',
    hasIstio: istio,
    broker: 'postgres',
    imagePrefix: 'weft/',
    imageTag: 'none',
    drainDuration: '0s',
    traceSamplingPercent: 0,
    size: { minReplicas: 1, maxReplicas: 1, cpuMillis: 10, memoryMiB: 160 },
    sizeOverrides: { callee: { minReplicas: REPLICAS, maxReplicas: REPLICAS } },
  };
  const app = new App();
  const platform = new Platform(app, namespace, { environment });
  const callee = new Service(platform, 'callee', { serves: NotificationServiceDefinition });
  const balance = { kind: 'consistent-hash', by: { source: true } } as const;
  new Service(platform, 'caller').calls(callee, ['listNotifications'], { timeout: '5s', balance });
  compile(platform);
  return resolveManifests(app).map(({ object }) => withProgram(object, image));
}

function withProgram(object: KubernetesObject, image: string): KubernetesObject {
  const program = PROGRAMS[object.metadata.name];
  if (object.kind !== 'Deployment' || program === undefined) return object;
  const { spec } = object as KubernetesObject & Pods;
  const args = ['--input-type=module-typescript', '--eval', program];
  const containers = spec.template.spec.containers.map((container) => ({ ...container, image, args }));
  const template = { ...spec.template, spec: { ...spec.template.spec, containers } };
  return { ...object, spec: { ...spec, template } };
}
