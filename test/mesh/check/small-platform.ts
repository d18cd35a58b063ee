import { App } from 'cdk8s';
import type { Environment } from '../../../mesh/graph/environment.ts';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { Topic } from '../../../mesh/graph/topic.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { GrpcMethod, GrpcService } from '../../../mesh/policy/grpc-service.ts';
import type { Retries } from '../../../mesh/policy/retries.ts';

const method = (name: string, more: Partial<GrpcMethod> = {}): GrpcMethod => ({
  name,
  requestStream: false,
  responseStream: false,
  options: {},
  ...more,
});

/** A protobuf service with a unary read, a unary write, a server-streaming and a client-streaming method. */
export const ITEMS = {
  fullName: 'test.v1.Items',
  methods: {
    get: method('Get', { options: { idempotencyLevel: 'NO_SIDE_EFFECTS' } }),
    add: method('Add'),
    watch: method('Watch', { responseStream: true, options: { idempotencyLevel: 'NO_SIDE_EFFECTS' } }),
    load: method('Load', { requestStream: true, options: { idempotencyLevel: 'IDEMPOTENT' } }),
  },
} satisfies GrpcService;

export const ENVIRONMENT: Environment = {
  name: 'test',
  layer: 'mesh',
  hasIstio: true,
  broker: 'postgres',
  imagePrefix: 'test/',
  imageTag: '1',
  drainDuration: '5s',
  traceSamplingPercent: 1,
  monitoring: { namespace: 'monitoring', labels: { app: 'prometheus' }, serviceAccount: 'prometheus' },
  size: { minReplicas: 2, maxReplicas: 4, cpuMillis: 100, memoryMiB: 128 },
};

export const RETRIES: Retries = { max: 2, on: ['connect-failure'] };
export const POLICY: CallPolicy = { timeout: '1s' };

/** A valid platform: calls web -> front -> back, and a topic from front to back. */
export class SmallPlatform extends Platform {
  readonly web: Service;
  readonly front: Service<typeof ITEMS>;
  readonly back: Service<typeof ITEMS>;
  readonly topic: Topic;

  constructor(environment: Partial<Environment> = {}) {
    super(new App(), 'small', { environment: { ...ENVIRONMENT, ...environment } });
    this.web = new Service(this, 'web', {
      edge: {
        hosts: ['small.test'],
        token: { issuer: 'https://small.test', audience: 'small', jwksPath: '/keys', roles: [] },
        routes: [
          { method: 'GET', path: '/keys', handler: 'getKeys', access: 'public' },
          { method: 'GET', path: '/items/{id}', handler: 'getItem', access: 'token' },
        ],
      },
    });
    this.front = new Service(this, 'front', { serves: ITEMS, hasStore: true, settings: { MODE: 'on' } });
    this.back = new Service(this, 'back', {
      serves: ITEMS,
      secrets: [{ secret: 'signing', key: 'signing.pem' }],
      versions: [
        { name: 'v1', weight: 90 },
        { name: 'v2', weight: 10 },
      ],
    });
    this.topic = new Topic(this, 'items', { messageTypes: [{ $type: 'test.v1.ItemChanged' }] });
    this.front.publishesTo(this.topic);
    this.back.consumesFrom(this.topic);
    this.web.calls(this.front, ['get'], { ...POLICY, retries: RETRIES });
    this.front.calls(this.back, ['get', 'add'], { ...POLICY, retries: RETRIES });
    this.front.calls(this.back, ['watch'], { timeout: 'none' }, 'back-streams');
  }
}
