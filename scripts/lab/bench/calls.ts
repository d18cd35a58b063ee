import { Client, credentials, Metadata } from '@grpc/grpc-js';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { toGrpcMethod } from '../../../services/kit/grpc/grpc-method.ts';
import { ProductServiceDefinition } from '../../../services/proto/gen/weft/product/v1/product.ts';
import { type Caller, createKitCaller, runLoad } from './calls/kit-caller.ts';
import { type Callee, startCallee } from './calls/start-callee.ts';
import { type Figure, summarize } from './figure.ts';

const IN_FLIGHT = 32;
const REQUESTS = 5_000;
const ROUNDS = 25;

/** A policy with every feature enabled. */
const POLICY: CallPolicy = {
  timeout: '5s',
  retries: {
    max: 2,
    on: ['connect-failure', 'refused-stream', 'unavailable', 'reset'],
    perTryTimeout: '2s',
    budget: { percent: 20, minConcurrency: 3 },
  },
  balance: { kind: 'least-request' },
  outlierDetection: { consecutiveErrors: 5 },
  limits: { connections: 100, pendingRequests: 1_024, requests: 1_024 },
  breaker: { failurePercent: 50, minRequests: 20, window: '10s', openTime: '5s' },
};

/**
 * Measures the CPU of a caller and its callee, in separate processes, for small unary calls, as a ratio to bare grpc-js.
 * Rounds alternate between the two callers.
 */
export async function* run(): AsyncGenerator<Figure> {
  const callee = await startCallee();
  const bare = createBareCaller(callee.port);
  const kit = createKitCaller([`127.0.0.1:${callee.port}`], POLICY);
  try {
    for (const { call } of [bare, kit, bare, kit]) await runLoad(call, REQUESTS, IN_FLIGHT);
    const rounds: { readonly caller: number; readonly both: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const bareCpu = await measureCpu(callee, bare.call);
      const kitCpu = await measureCpu(callee, kit.call);
      rounds.push({ caller: kitCpu.caller / bareCpu.caller, both: kitCpu.both / bareCpu.both });
    }
    const subject = `${IN_FLIGHT} in flight, small unary, full policy, relative to bare grpc-js`;
    const common = { unit: 'ratio', better: 'lower' } as const;
    yield* [
      summarize(
        rounds.map(({ both }) => both),
        { figure: `CPU of both ends, ${subject}`, target: 1.1, ...common },
      ),
      summarize(
        rounds.map(({ caller }) => caller),
        { figure: `CPU of the caller alone, ${subject}`, ...common },
      ),
    ];
  } finally {
    bare.close();
    kit.close();
    callee.stop();
  }
}

function createBareCaller(port: number): Caller {
  const grpc = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const method = toGrpcMethod(ProductServiceDefinition, ProductServiceDefinition.methods.getProduct);
  const call = () =>
    new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = method;
      const options = { deadline: Date.now() + 5_000 };
      grpc.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { id: 'a' },
        new Metadata(),
        options,
        (error, response) => (error ? reject(error) : resolve(response)),
      );
    });
  return { call, close: () => grpc.close() };
}

/** Measures the CPU of a batch of requests in microseconds: of the caller, and of both processes. */
async function measureCpu(callee: Callee, call: Caller['call']) {
  const calleeBefore = await callee.cpu();
  const start = process.cpuUsage();
  await runLoad(call, REQUESTS, IN_FLIGHT);
  const { user, system } = process.cpuUsage(start);
  return { caller: user + system, both: user + system + (await callee.cpu()) - calleeBefore };
}
