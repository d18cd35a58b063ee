import type { App } from 'cdk8s';
import { compile } from '../../../../mesh/compile/compile.ts';
import { Platform } from '../../../../mesh/graph/platform.ts';
import { Service } from '../../../../mesh/graph/service.ts';
import type { GrpcService } from '../../../../mesh/policy/grpc-service.ts';

const ITEMS = {
  fullName: 'bench.v1.Items',
  methods: {
    get: {
      name: 'Get',
      requestStream: false,
      responseStream: false,
      options: { idempotencyLevel: 'NO_SIDE_EFFECTS' },
    },
    list: {
      name: 'List',
      requestStream: false,
      responseStream: false,
      options: { idempotencyLevel: 'NO_SIDE_EFFECTS' },
    },
  },
} satisfies GrpcService;

/** Adds a compiled graph of `count` services, each of which calls the next two. */
export function addGraph(app: App, count: number): Platform {
  const platform = new Platform(app, 'bench', {
    environment: {
      name: 'bench',
      layer: 'mesh',
      hasIstio: true,
      broker: 'postgres',
      imagePrefix: 'bench/',
      imageTag: '1',
      drainDuration: '5s',
      traceSamplingPercent: 1,
      size: { minReplicas: 2, maxReplicas: 4, cpuMillis: 100, memoryMiB: 128 },
    },
  });
  const services = Array.from(
    { length: count },
    (_, index) => new Service(platform, `service-${index}`, { serves: ITEMS }),
  );
  for (const [index, service] of services.entries()) {
    for (const callee of services.slice(index + 1, index + 3)) {
      service.calls(callee, ['get', 'list'], {
        timeout: '2s',
        retries: { max: 1, perTryTimeout: '500ms', on: ['connect-failure', 'unavailable'] },
        balance: { kind: 'least-request' },
        outlierDetection: { consecutiveErrors: 5, maxEjectionPercent: 100 },
        limits: { requests: 1_000 },
      });
    }
  }
  compile(platform);
  return platform;
}
