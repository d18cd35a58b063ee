import { App } from 'cdk8s';
import { compile } from '../../../mesh/compile/compile.ts';
import type { Environment } from '../../../mesh/graph/environment.ts';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service, type ServiceProps } from '../../../mesh/graph/service.ts';
import { Topic } from '../../../mesh/graph/topic.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { GrpcMethod, GrpcService } from '../../../mesh/policy/grpc-service.ts';
import type { KubernetesObject } from '../../../mesh/render/manifest.ts';
import { resolveManifests } from '../../../mesh/render/resolve-manifests.ts';

const method = (name: string, options: GrpcMethod['options'] = {}) => ({
  name,
  requestStream: false,
  responseStream: false,
  options,
});

export const STOCK = {
  fullName: 'test.v1.Stock',
  methods: {
    count: method('Count', { idempotencyLevel: 'NO_SIDE_EFFECTS' }),
    watch: method('Watch'),
    reset: method('Reset'),
  },
} as const satisfies GrpcService;

export const ENVIRONMENT: Environment = {
  name: 'test',
  layer: 'mesh',
  hasIstio: true,
  broker: 'postgres',
  imagePrefix: 'registry.test/',
  imageTag: '7',
  drainDuration: '5s',
  traceSamplingPercent: 1,
  size: { minReplicas: 1, maxReplicas: 1, cpuMillis: 100, memoryMiB: 128 },
};

export interface SmallPlatformProps {
  readonly environment?: Partial<Environment>;
  /** Policy of the call from `shop` to `stock`. */
  readonly policy?: CallPolicy;
  readonly stock?: Omit<ServiceProps<typeof STOCK>, 'serves'>;
}

/** A platform in which `shop` is the edge and calls `stock`. `stock` has a store and publishes events to `audit`. */
export function smallPlatform({ environment, policy, stock: props }: SmallPlatformProps = {}) {
  const app = new App();
  const platform = new Platform(app, 'small', { environment: { ...ENVIRONMENT, ...environment } });
  const changes = new Topic(platform, 'changes', { messageTypes: [{ $type: 'test.v1.StockChanged' }] });
  const stock = new Service(platform, 'stock', { hasStore: true, ...props, serves: STOCK });
  const audit = new Service(platform, 'audit', { secrets: [{ secret: 'archive', key: 'archive-key' }] });
  const shop = new Service(platform, 'shop', {
    settings: { GREETING: 'hello' },
    edge: {
      hosts: ['shop.test'],
      token: { issuer: 'https://issuer.test', audience: 'shop', jwksPath: '/keys.json', roles: ['admin'] },
      routes: [
        { method: 'GET', path: '/keys.json', handler: 'getKeys', access: 'public' },
        { method: 'GET', path: '/stock/{id}', handler: 'getStock', access: 'public' },
        { method: 'POST', path: '/orders', handler: 'placeOrder', access: 'token' },
        { method: 'PUT', path: '/stock/{id}', handler: 'setStock', access: { role: 'admin' } },
      ],
    },
  });
  const call = shop.calls(stock, ['count'], policy ?? { timeout: '1s' });
  stock.publishesTo(changes);
  audit.consumesFrom(changes);
  return { app, platform, stock, audit, shop, call };
}

/** Compiles a small platform. */
export function compiled(props?: SmallPlatformProps): Objects {
  const { app, platform } = smallPlatform(props);
  compile(platform);
  return new Objects(resolveManifests(app).map(({ object }) => object));
}

/** Manifests, with lookup by kind and name. */
export class Objects {
  readonly all: readonly KubernetesObject[];

  constructor(all: readonly KubernetesObject[]) {
    this.all = all;
  }

  /** @throws Error if the object does not exist */
  one(kind: string, name: string): KubernetesObject {
    const object = this.of(kind).find(({ metadata }) => metadata.name === name);
    if (!object) throw new Error(`there is no ${kind} '${name}'`);
    return object;
  }

  of(kind: string): readonly KubernetesObject[] {
    return this.all.filter((object) => object.kind === kind);
  }
}
