import { Client, credentials, Metadata } from '@grpc/grpc-js';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { grpcMethod } from '../../../services/kit/grpc/grpc-method.ts';
import { ProductServiceDefinition } from '../../../services/proto/gen/weft/product/v1/product.ts';
import { type Caller, kitCaller, load } from './calls/kit-caller.ts';
import { type Callee, startCallee } from './calls/start-callee.ts';
import { type Figure, figureOf } from './figure.ts';

const IN_FLIGHT = 32;
const REQUESTS = 5_000;
const ROUNDS = 25;

/** All that a policy can ask for at once. */
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

/** CPU of a caller and its callee, each its own process, for a small unary request. Rounds alternate between the two callers. */
export async function* run(): AsyncGenerator<Figure> {
  const callee = await startCallee();
  const bare = bareCaller(callee.port);
  const kit = kitCaller([`127.0.0.1:${callee.port}`], POLICY);
  try {
    for (const { call } of [bare, kit, bare, kit]) await load(call, REQUESTS, IN_FLIGHT);
    const rounds: { readonly caller: number; readonly both: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = await cpuOf(callee, bare.call);
      const after = await cpuOf(callee, kit.call);
      rounds.push({ caller: after.caller / before.caller, both: after.both / before.both });
    }
    const what = `${IN_FLIGHT} in flight, small unary, whole policy on, to bare grpc-js`;
    const common = { unit: 'ratio', better: 'lower' } as const;
    yield* [
      figureOf(
        rounds.map(({ both }) => both),
        { figure: `CPU of both ends, ${what}`, target: 1.1, ...common },
      ),
      figureOf(
        rounds.map(({ caller }) => caller),
        { figure: `CPU of the caller alone, ${what}`, ...common },
      ),
    ];
  } finally {
    bare.close();
    kit.close();
    callee.stop();
  }
}

function bareCaller(port: number): Caller {
  const grpc = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const method = grpcMethod(ProductServiceDefinition, ProductServiceDefinition.methods.getProduct);
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
        (error, answer) => (error ? reject(error) : resolve(answer)),
      );
    });
  return { call, close: () => grpc.close() };
}

/** Microseconds of CPU that a block of requests takes. */
async function cpuOf(callee: Callee, call: Caller['call']) {
  const other = await callee.cpu();
  const start = process.cpuUsage();
  await load(call, REQUESTS, IN_FLIGHT);
  const { user, system } = process.cpuUsage(start);
  return { caller: user + system, both: user + system + (await callee.cpu()) - other };
}
