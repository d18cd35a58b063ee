import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadEnvironment } from '../../charts/environments.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';
import { usesPostgres } from '../../mesh/compile/peers/stores.ts';
import { Service } from '../../mesh/graph/service.ts';
import { until } from '../until.ts';
import { type AccessLogLine, accessLog } from './access-log.ts';
import type { GrpcAnswer, GrpcCalls } from './in-pod/grpc-calls.ts';
import type { HttpAnswer, HttpRequests } from './in-pod/http-requests.ts';
import type { TcpAnswer } from './in-pod/tcp-greetings.ts';
import { podOf, podsOf } from './pods.ts';
import { type Probes, startProbes } from './probes.ts';
import { runInPod } from './run-in-pod.ts';
import {
  allAttempts,
  declaredByGraph,
  identitiesOf,
  isAllowedByHand,
  MAY_CONNECT,
  type MethodAttempt,
} from './who-may-call.ts';

const { shop } = synthesizeShop(loadEnvironment('kind'));
const IDENTITIES = identitiesOf(shop);
const HOSTS = new Map(shop.services.map(({ name, host }) => [name, host]));
const RBAC: HttpAnswer = { status: 403, body: 'RBAC: access denied' };
/** Postgres answers it with one letter before any other message. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]).toString('base64');

let probes: Probes;
const begin = new Date();

beforeAll(async () => {
  probes = await startProbes(IDENTITIES);
});

afterAll(() => probes?.stop());

describe('every identity with every gRPC method', () => {
  interface AttemptResult extends MethodAttempt {
    readonly answer: GrpcAnswer;
  }
  let results: readonly AttemptResult[];

  beforeAll(async () => {
    const attempts = allAttempts(shop, IDENTITIES);
    const answers = await Promise.all(
      [...Map.groupBy(attempts, ({ caller }) => caller)].map(async ([caller, mine]) => {
        const input: GrpcCalls = {
          agent: `weft-probe/${caller}`,
          calls: mine.map(({ callee, path }) => ({
            address: `${HOSTS.get(callee)}:${Service.grpcPort}`,
            path,
          })),
        };
        const answers = await runInPod<readonly GrpcAnswer[]>(probes.at(caller), 'grpc-calls', input);
        return mine.flatMap((attempt, index) => {
          const answer = answers[index];
          return answer ? [{ ...attempt, answer }] : [];
        });
      }),
    );
    results = answers.flat();
    expect(results).toHaveLength(attempts.length);
  });

  test('the graph declares exactly the calls of the hand-written list', () => {
    const declared = declaredByGraph(shop);
    expect(results.filter(declared).map(bare)).toEqual(results.filter(isAllowedByHand).map(bare));
  });

  test('allowed calls are answered by the service itself', () => {
    expect(results.filter((one) => isAllowedByHand(one) && !one.answer.ofService)).toEqual([]);
  });

  test('all other calls are refused by the mesh', () => {
    const refusal = { code: 'PERMISSION_DENIED', details: 'RBAC: access denied', ofService: false };
    const others = results.filter((one) => !isAllowedByHand(one));
    expect(others.filter(({ answer }) => JSON.stringify(answer) !== JSON.stringify(refusal))).toEqual([]);
  });

  test('each refusal is logged by a sidecar of the callee', async () => {
    const expected = countBy(
      results.filter((one) => !isAllowedByHand(one)),
      ({ callee }) => callee,
    );
    let loggedRefusals = {};
    await until(
      'the callees have logged each refusal',
      async () => {
        loggedRefusals = countBy(await refusals([...HOSTS.keys()]), ({ callee }) => callee);
        return JSON.stringify(loggedRefusals) === JSON.stringify(expected);
      },
      { lastState: () => ({ loggedRefusals, expected }) },
    );
  });

  test('every call is either allowed or refused', () => {
    const pairs = new Set(results.map(({ caller, callee }) => `${caller} ${callee}`)).size;
    const allowed = results.filter(({ answer }) => answer.ofService).length;
    const refusalCount = results.filter(({ answer }) => answer.details === 'RBAC: access denied').length;
    console.log(
      `${IDENTITIES.length} identities, ${pairs} pairs, ${results.length} methods tried: ${allowed} allowed, ${refusalCount} refused`,
    );
    expect({ allowed, refusalCount }).toEqual({
      allowed: results.filter(isAllowedByHand).length,
      refusalCount: results.length - results.filter(isAllowedByHand).length,
    });
    expect(allowed).toBeGreaterThan(0);
  });

  interface Refusal extends AccessLogLine {
    readonly callee: string;
  }

  async function refusals(callees: readonly string[]): Promise<readonly Refusal[]> {
    const pods = (await Promise.all(callees.map(podsOf))).flat();
    const logs = await Promise.all(
      pods.map(async (pod) =>
        (await accessLog(pod, begin)).map((line) => ({ ...line, callee: pod.container })),
      ),
    );
    return logs
      .flat()
      .filter(({ agent, details }) => agent.startsWith('weft-probe/') && /^rbac_access_denied/.test(details));
  }
});

/** All identities at ports other than gRPC. The allowed identities are written by hand. */
describe('every identity at every other port', () => {
  async function ask(requests: HttpRequests['requests']): Promise<readonly HttpAnswer[]> {
    const answers = await Promise.all(
      IDENTITIES.map((identity) =>
        runInPod<readonly HttpAnswer[]>(probes.at(identity), 'http-requests', { requests }),
      ),
    );
    return answers.flat();
  }

  test('only the ingress gateway reaches the edge, except for the signing keys', async () => {
    const edge = shop.services.find((service) => service.edge);
    const routes = edge?.edge?.routes ?? [];
    const address = `http://${edge?.host}:${Service.httpPort}`;
    const closed = routes.filter(({ path }) => path !== '/.well-known/jwks.json');
    expect(closed).toHaveLength(routes.length - 1);
    const requests = closed.map(({ method, path }) => ({
      method,
      url: address + path.replaceAll(/\{\w+\}/g, 'x'),
    }));

    const answers = await ask(requests);
    const keys = await ask([{ url: `${address}/.well-known/jwks.json` }]);

    console.log(`edge: ${keys.length} allowed, ${answers.length} refused`);
    // The requests have no token, and the sidecar of the edge answers with problems.
    expect(answers).toEqual(
      answers.map(() => ({ status: 401, body: expect.stringContaining('"code":"unauthenticated"') })),
    );
    expect(answers).toHaveLength(IDENTITIES.length * closed.length);
    expect(keys.map((answer) => 'status' in answer && answer.status)).toEqual(keys.map(() => 200));
  });

  test('only the kubelet reaches health and metrics', async () => {
    const requests = shop.services.flatMap(({ host }) =>
      ['/healthz', '/readyz', '/metrics'].map((path) => ({
        url: `http://${host}:${Service.adminPort}${path}`,
      })),
    );

    const answers = await ask(requests);

    console.log(`admin: 0 allowed, ${answers.length} refused`);
    expect(answers).toEqual(answers.map(() => RBAC));
  });

  test('no identity reaches a pod without a policy', async () => {
    const answers = await ask([{ url: `http://${probes.listener}/` }]);
    const itself = await runInPod<readonly HttpAnswer[]>(probes.at(IDENTITIES[0] ?? ''), 'http-requests', {
      requests: [{ url: 'http://127.0.0.1:8080/' }],
    });

    expect(itself).toEqual([{ status: 200, body: 'heard' }]);
    expect(answers).toEqual(IDENTITIES.map(() => RBAC));
  });

  test('only services with a database or topics reach Postgres', async () => {
    const byGraph = shop.services.filter(usesPostgres).map(({ name }) => name);
    expect(byGraph.toSorted()).toEqual(MAY_CONNECT.toSorted());
    const greetings = [
      { host: `postgres.${shop.namespace}.svc.cluster.local`, port: 5_432, bytes: SSL_REQUEST },
    ];

    const answers = await Promise.all(
      IDENTITIES.map(async (identity) => {
        const [answer] = await runInPod<readonly TcpAnswer[]>(probes.at(identity), 'tcp-greetings', {
          greetings,
        });
        return { identity, isAnswered: answer !== undefined && 'bytes' in answer };
      }),
    );

    const admittedIdentities = answers.flatMap(({ identity, isAnswered }) => (isAnswered ? [identity] : []));
    console.log(
      `Postgres: ${admittedIdentities.length} allowed, ${answers.length - admittedIdentities.length} refused`,
    );
    expect(admittedIdentities.toSorted()).toEqual(MAY_CONNECT.toSorted());
    const postgres = { pod: 'postgres-0', namespace: shop.namespace };
    await until('Postgres’s sidecar has logged each refusal', async () => {
      const lines = await accessLog(postgres, begin);
      const refusals = lines.filter(({ termination }) => /^rbac_access_denied/.test(termination));
      return refusals.length >= answers.length - admittedIdentities.length;
    });
  });
});

describe('a pod of the shop itself', () => {
  test('can send neither an undeclared call nor a request to the outside', async () => {
    const payment = await podOf('payment');
    const since = new Date();
    const outside = '203.0.113.7';

    const [grpc] = await runInPod<readonly GrpcAnswer[]>(payment, 'grpc-calls', {
      agent: 'weft-probe/payment',
      calls: [
        {
          address: `${HOSTS.get('product')}:${Service.grpcPort}`,
          path: '/weft.product.v1.ProductService/ListProducts',
        },
      ],
    });
    const [http] = await runInPod<readonly HttpAnswer[]>(payment, 'http-requests', {
      requests: [{ url: `http://${outside}:8080/` }],
    });

    expect(grpc).toMatchObject({ code: 'UNAVAILABLE', ofService: false });
    expect(http).toEqual({ error: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/) });
    await until('its sidecar has logged both refusals', async () => {
      const stopped = (await accessLog(payment, since)).filter(
        ({ cluster }) => cluster === 'BlackHoleCluster',
      );
      return (
        stopped.some(({ localAddress: local }) => local.endsWith(`:${Service.grpcPort}`)) &&
        stopped.some(({ localAddress: local }) => local === `${outside}:8080`)
      );
    });
  });
});

function bare({ caller, callee, path }: MethodAttempt): MethodAttempt {
  return { caller, callee, path };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Readonly<Record<string, number>> {
  const groups = [...Map.groupBy(items, key)].sort(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(groups.map(([name, group]) => [name, group.length]));
}
