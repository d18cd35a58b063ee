import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadEnvironment } from '../../charts/environments.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';
import { usesPostgres } from '../../mesh/compile/peers/stores.ts';
import { Service } from '../../mesh/graph/service.ts';
import { until } from '../until.ts';
import { accessLog, type Logged } from './access-log.ts';
import type { GrpcAnswer, GrpcCalls } from './in-pod/grpc-calls.ts';
import type { HttpAnswer, HttpRequests } from './in-pod/http-requests.ts';
import type { TcpAnswer } from './in-pod/tcp-greetings.ts';
import { podOf, podsOf } from './pods.ts';
import { type Probes, startProbes } from './probes.ts';
import { runInPod } from './run-in-pod.ts';
import { type Attempt, allAttempts, byGraph, byHand, identitiesOf, MAY_CONNECT } from './who-may-call.ts';

const { shop } = synthesizeShop(loadEnvironment('kind'));
const IDENTITIES = identitiesOf(shop);
const HOSTS = new Map(shop.services.map(({ name, host }) => [name, host]));
const RBAC: HttpAnswer = { status: 403, body: 'RBAC: access denied' };
/** Postgres answers it with one letter before anything else is said. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]).toString('base64');

let probes: Probes;
const begin = new Date();

beforeAll(async () => {
  probes = await startProbes(IDENTITIES);
});

afterAll(() => probes?.stop());

describe('every identity with every gRPC method', () => {
  interface Tried extends Attempt {
    readonly answer: GrpcAnswer;
  }
  let tried: readonly Tried[];

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
    tried = answers.flat();
    expect(tried).toHaveLength(attempts.length);
  });

  test('those that the graph declares are those of the hand-written list', () => {
    const declared = byGraph(shop);
    expect(tried.filter(declared).map(bare)).toEqual(tried.filter(byHand).map(bare));
  });

  test('those that may are answered by the service itself', () => {
    expect(tried.filter((one) => byHand(one) && !one.answer.ofService)).toEqual([]);
  });

  test('all others are refused by the mesh', () => {
    const refused = { code: 'PERMISSION_DENIED', details: 'RBAC: access denied', ofService: false };
    const others = tried.filter((one) => !byHand(one));
    expect(others.filter(({ answer }) => JSON.stringify(answer) !== JSON.stringify(refused))).toEqual([]);
  });

  test('each refusal is in the log of a sidecar of the callee', async () => {
    const expected = countBy(
      tried.filter((one) => !byHand(one)),
      ({ callee }) => callee,
    );
    let logged = {};
    await until(
      'the callees have logged each refusal',
      async () => {
        logged = countBy(await refusals([...HOSTS.keys()]), ({ callee }) => callee);
        return JSON.stringify(logged) === JSON.stringify(expected);
      },
      { seen: () => ({ logged, expected }) },
    );
  });

  test('counts', () => {
    const pairs = new Set(tried.map(({ caller, callee }) => `${caller} ${callee}`)).size;
    const allowed = tried.filter(({ answer }) => answer.ofService).length;
    const refused = tried.filter(({ answer }) => answer.details === 'RBAC: access denied').length;
    console.log(
      `${IDENTITIES.length} identities, ${pairs} pairs, ${tried.length} methods tried: ${allowed} allowed, ${refused} refused`,
    );
    expect({ allowed, refused }).toEqual({
      allowed: tried.filter(byHand).length,
      refused: tried.length - tried.filter(byHand).length,
    });
    expect(allowed).toBeGreaterThan(0);
  });

  interface Refusal extends Logged {
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

/** All identities at the doors that are no gRPC: who is let in is written out here. */
describe('every identity at every other port', () => {
  async function ask(requests: HttpRequests['requests']): Promise<readonly HttpAnswer[]> {
    const answers = await Promise.all(
      IDENTITIES.map((identity) =>
        runInPod<readonly HttpAnswer[]>(probes.at(identity), 'http-requests', { requests }),
      ),
    );
    return answers.flat();
  }

  test('the edge is for the ingress gateway alone, but for the keys of tokens', async () => {
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
    expect(answers).toEqual(answers.map(() => RBAC));
    expect(answers).toHaveLength(IDENTITIES.length * closed.length);
    expect(keys.map((answer) => 'status' in answer && answer.status)).toEqual(keys.map(() => 200));
  });

  test('health and metrics are for the kubelet alone', async () => {
    const requests = shop.services.flatMap(({ host }) =>
      ['/healthz', '/readyz', '/metrics'].map((path) => ({
        url: `http://${host}:${Service.adminPort}${path}`,
      })),
    );

    const answers = await ask(requests);

    console.log(`admin: 0 allowed, ${answers.length} refused`);
    expect(answers).toEqual(answers.map(() => RBAC));
  });

  test('a pod that no policy names is for nobody', async () => {
    const answers = await ask([{ url: `http://${probes.listener}/` }]);
    const itself = await runInPod<readonly HttpAnswer[]>(probes.at(IDENTITIES[0] ?? ''), 'http-requests', {
      requests: [{ url: 'http://127.0.0.1:8080/' }],
    });

    expect(itself).toEqual([{ status: 200, body: 'heard' }]);
    expect(answers).toEqual(IDENTITIES.map(() => RBAC));
  });

  test('Postgres is for those who own a database or have topics in it', async () => {
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
        return { identity, heard: answer && 'bytes' in answer };
      }),
    );

    const heard = answers.filter((answer) => answer.heard).map(({ identity }) => identity);
    console.log(`Postgres: ${heard.length} allowed, ${answers.length - heard.length} refused`);
    expect(heard.toSorted()).toEqual(MAY_CONNECT.toSorted());
    const postgres = { pod: 'postgres-0', namespace: shop.namespace };
    await until('Postgres’s sidecar has logged each refusal', async () => {
      const lines = await accessLog(postgres, begin);
      const refused = lines.filter(({ termination }) => /^rbac_access_denied/.test(termination));
      return refused.length >= answers.length - heard.length;
    });
  });
});

describe('a pod of the shop itself', () => {
  test('does not get a call out that is not declared, nor one to the world outside', async () => {
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
    await until('its sidecar has logged that it let neither out', async () => {
      const stopped = (await accessLog(payment, since)).filter(
        ({ cluster }) => cluster === 'BlackHoleCluster',
      );
      return (
        stopped.some(({ local }) => local.endsWith(`:${Service.grpcPort}`)) &&
        stopped.some(({ local }) => local === `${outside}:8080`)
      );
    });
  });
});

function bare({ caller, callee, path }: Attempt): Attempt {
  return { caller, callee, path };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Readonly<Record<string, number>> {
  const groups = [...Map.groupBy(items, key)].sort(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(groups.map(([name, group]) => [name, group.length]));
}
