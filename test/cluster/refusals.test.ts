import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { readSecret } from '../../scripts/operate/cluster/make-secrets.ts';
import { readRelease } from '../../scripts/operate/cluster/release.ts';
import { type Answer, ask } from '../shop/customer.ts';
import { until } from '../until.ts';
import { accessLog, type Logged } from './access-log.ts';
import type { GrpcAnswer, GrpcCalls } from './in-pod/grpc-calls.ts';
import type { HttpAnswer, HttpRequests } from './in-pod/http-requests.ts';
import type { PostgresAnswer, PostgresSignIns } from './in-pod/postgres-sign-ins.ts';
import type { TcpAnswer } from './in-pod/tcp-greetings.ts';
import { type Place, podOf, podsOf, type ShopPod } from './pods.ts';
import { type Outsider, type Probes, startOutsider, startProbes } from './probes.ts';
import { runInPod } from './run-in-pod.ts';
import { type Tokens, tokens } from './tokens.ts';

const RESERVE = '/weft.product.v1.ProductService/Reserve';
const LIST = '/weft.product.v1.ProductService/ListProducts';
const RBAC: HttpAnswer = { status: 403, body: 'RBAC: access denied' };
const INGRESS = 'spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account';

let outsider: Outsider;
let probes: Probes;
let made: Tokens;

beforeAll(async () => {
  [outsider, probes, made] = await Promise.all([
    startOutsider(),
    startProbes(['payment', 'order', 'gateway', 'user']),
    tokens(),
  ]);
});

afterAll(async () => {
  await Promise.all([outsider?.stop(), probes?.stop()]);
});

function call(from: Place, ...calls: GrpcCalls['calls']): Promise<readonly GrpcAnswer[]> {
  return runInPod(from, 'grpc-calls', { agent: 'weft-refusals', calls } satisfies GrpcCalls);
}

function get(from: Place, ...requests: HttpRequests['requests']): Promise<readonly HttpAnswer[]> {
  return runInPod(from, 'http-requests', { requests } satisfies HttpRequests);
}

/** Waits for a line in the log of a pod's sidecar. */
function logged(pod: ShopPod, since: Date, what: string, is: (line: Logged) => boolean): Promise<true> {
  let lines: readonly Logged[] = [];
  const look = async () => {
    lines = await accessLog(pod, since);
    return lines.some(is);
  };
  return until(`the sidecar of ${pod.pod} logs ${what}`, async () => (await look()) || undefined, {
    seen: () => lines.slice(-3),
  }) as Promise<true>;
}

describe('from a pod outside of the mesh, in plain text', () => {
  const notTls = ({ flags, details }: Logged) => flags === 'NR' && details === 'filter_chain_not_found';

  test('a gRPC port is closed by the sidecar, which wants a certificate', async () => {
    const product = await podOf('product');
    const since = new Date();

    const answers = await call(
      outsider.place,
      { address: `${product.ip}:50051`, path: LIST },
      { address: 'product.shop.svc.cluster.local:50051', path: LIST },
    );

    expect(answers).toEqual(
      answers.map(() => expect.objectContaining({ code: 'UNAVAILABLE', ofService: false })),
    );
    await logged(
      product,
      since,
      'a connection without TLS',
      (line) => notTls(line) && line.local === `${product.ip}:50051`,
    );
  });

  test('Postgres is closed likewise', async () => {
    const postgres = await podOf('postgres');
    const since = new Date();
    const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]).toString('base64');

    const answers = await runInPod<readonly TcpAnswer[]>(outsider.place, 'tcp-greetings', {
      greetings: [{ host: postgres.ip, port: 5_432, bytes: sslRequest }],
    });

    expect(answers).toEqual([{ error: expect.stringMatching(/^(closed|ECONNRESET)$/) }]);
    await logged(
      postgres,
      since,
      'a connection without TLS',
      (line) => notTls(line) && line.local === `${postgres.ip}:5432`,
    );
  });

  test('the edge gives the keys of tokens, and nothing else: not for a token, not for a forged certificate', async () => {
    const gateway = await podOf('gateway');
    const edge = `http://${gateway.ip}:8080`;
    const bearer = { authorization: `Bearer ${await made.sign({ role: 'admin' })}` };
    const forged = { 'x-forwarded-client-cert': `By=${INGRESS};Hash=00;Subject="";URI=${INGRESS}` };
    const since = new Date();

    const [keys, ...others] = await get(
      outsider.place,
      { url: `${edge}/.well-known/jwks.json` },
      { url: `${edge}/.well-known/jwks.json`, method: 'POST' },
      { url: `${edge}/.well-known/` },
      { url: `${edge}/.well-known/../v1/products` },
      { url: `${edge}/v1/products` },
      { url: `${edge}/v1/products`, headers: forged },
      { url: `${edge}/v1/orders`, headers: bearer },
      { url: `${edge}/v1/orders`, headers: { ...bearer, ...forged } },
    );
    const [admin] = await get(outsider.place, { url: `http://${gateway.ip}:9090/metrics` });

    expect(keys).toMatchObject({ status: 200, body: expect.stringContaining('"kty":"OKP"') });
    expect(others).toEqual(others.map(() => RBAC));
    expect(admin).toEqual({ error: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/) });
    await logged(
      gateway,
      since,
      'a connection without TLS',
      (line) => notTls(line) && line.local === `${gateway.ip}:9090`,
    );
  });
});

describe('a name that somebody gives himself', () => {
  const address = 'product.shop.svc.cluster.local:50051';
  const as = (name: string) => ({
    'x-weft-caller': name,
    'x-forwarded-client-cert': `By=spiffe://cluster.local/ns/shop/sa/product;Hash=00;Subject="";URI=spiffe://cluster.local/ns/shop/sa/${name}`,
  });

  test('does not open a method: the certificate of the connection counts', async () => {
    const [plain, forged] = await call(
      probes.at('payment'),
      { address, path: RESERVE },
      { address, path: RESERVE, metadata: as('order') },
    );
    const [order] = await call(probes.at('order'), { address, path: RESERVE });

    const refused = { code: 'PERMISSION_DENIED', details: 'RBAC: access denied', ofService: false };
    expect([plain, forged]).toEqual([refused, refused]);
    expect(order).toMatchObject({ code: 'INVALID_ARGUMENT', ofService: true });
  });

  test('does not open the edge, not even with a good token', async () => {
    const headers = {
      authorization: `Bearer ${await made.sign()}`,
      'x-forwarded-client-cert': `By=${INGRESS};Hash=00;Subject="";URI=${INGRESS}`,
    };

    const answers = await get(probes.at('order'), {
      url: 'http://gateway.shop.svc.cluster.local:8080/v1/orders',
      headers,
    });

    expect(answers).toEqual([RBAC]);
  });
});

describe('through the ingress gateway, with a token', () => {
  /** What Envoy's JWT filter answers, in the sidecar of the edge, and what it logs. */
  const filter = (status: number, says: string) => ({
    status,
    says,
    logs: `jwt_authn_access_denied{${says.replaceAll(/\s/g, '_')}}`,
  });
  const rbac = { status: 403, says: 'RBAC: access denied', logs: 'rbac_access_denied_matched_policy[none]' };
  /** What only the service itself can say. */
  const service = (status: number, code: string) => ({
    status,
    says: { code, status },
    logs: 'via_upstream',
  });
  type Expected = { readonly status: number; readonly says: unknown; readonly logs: string };

  const ORDERS = ['GET', '/v1/orders'] as const;
  const STOCK = ['PUT', '/v1/products/00000000-0000-7000-8000-000000000000/stock'] as const;

  const CASES: readonly [string, () => string | Promise<string>, readonly [string, string], Expected][] = [
    ['that is good', () => made.sign(), ORDERS, { status: 200, says: { items: [] }, logs: 'via_upstream' }],
    ['of an admin', () => made.sign({ role: 'admin' }), STOCK, service(404, 'not-found')],
    ['that has expired', () => made.sign({ expiresIn: -600 }), ORDERS, filter(401, 'Jwt is expired')],
    ['signed by a foreign key', () => made.foreign(), ORDERS, filter(401, 'Jwt verification fails')],
    [
      'for another audience',
      () => made.sign({ audience: 'bank' }),
      ORDERS,
      filter(403, 'Audiences in Jwt are not allowed'),
    ],
    [
      'of another issuer',
      () => made.sign({ issuer: 'https://evil.example' }),
      ORDERS,
      filter(401, 'Jwt issuer is not configured'),
    ],
    [
      'with alg none',
      () => made.unsigned(),
      ORDERS,
      filter(401, 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections'),
    ],
    [
      'with alg none, and bytes for a signature',
      () => `${made.unsigned()}AAAA`,
      ORDERS,
      filter(401, 'Jwt header [alg] is not supported'),
    ],
    [
      'signed with the public key as a password',
      () => made.confused(),
      ORDERS,
      filter(401, "Jwks doesn't have key to match kid or alg from Jwt"),
    ],
    [
      'that is none',
      () => 'x',
      ORDERS,
      filter(401, 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections'),
    ],
    ['that is missing', () => '', ORDERS, rbac],
    ['of a customer, where an admin is asked for', () => made.sign(), STOCK, rbac],
    ['without a role, where an admin is asked for', () => made.sign({ role: null }), STOCK, rbac],
    ['without a role', () => made.sign({ role: null }), ORDERS, service(401, 'invalid-token')],
    ['that never expires', () => made.sign({ expiresIn: null }), ORDERS, service(401, 'invalid-token')],
  ];

  interface Seen {
    readonly answer: Answer;
    /** What the sidecars of the edge said of the request. */
    details: readonly string[];
  }
  const seen = new Map<string, Seen>();

  beforeAll(async () => {
    const address = await gatewayAddress();
    const since = new Date();
    for (const [name, token, [method, path]] of CASES) {
      const answer = await ask(address, method, path, {
        token: await token(),
        headers: { 'user-agent': agent(name) },
        ...(method === 'PUT' && { body: { quantity: 1 } }),
      });
      seen.set(name, { answer, details: [] });
    }
    const pods = await podsOf('gateway');
    await until('the sidecars of the edge have logged each request', async () => {
      const lines = (await Promise.all(pods.map((pod) => accessLog(pod, since)))).flat();
      for (const [name, one] of seen) {
        one.details = lines.filter((line) => line.agent === agent(name)).map(({ details }) => details);
      }
      return [...seen.values()].every(({ details }) => details.length > 0);
    });
  });

  test.each(CASES)('%s', (name, _token, _request, { status, says, logs }) => {
    const { answer, details } = seen.get(name) ?? {};
    expect(answer).toMatchObject({ status, body: says });
    expect(details).toEqual([logs]);
    // Only the service writes it.
    expect(answer?.headers.has('x-request-id')).toBe(logs === 'via_upstream');
  });

  function agent(name: string): string {
    return `weft-refusals/${name}`;
  }
});

describe('Postgres', () => {
  const DENIED = '42501';
  const WRONG_PASSWORD = '28P01';

  function signIn(from: string, signIns: PostgresSignIns['signIns']): Promise<readonly PostgresAnswer[]> {
    const input: PostgresSignIns = { host: 'postgres.shop.svc.cluster.local', port: 5_432, signIns };
    return runInPod(probes.at(from), 'postgres-sign-ins', input);
  }

  test('lets nobody into the database of another, whatever password he has', async () => {
    const password = await readSecret({ secret: 'user-store', key: 'store-password' });
    const { broker = 'postgres' } = await readRelease();
    // Another broker leaves Postgres without a database of events.
    const others = ['product', ...(broker === 'postgres' ? ['events'] : [])];

    const answers = await signIn('user', [
      { database: 'user', user: 'user', password },
      ...others.map((database) => ({ database, user: 'user', password })),
      { database: 'product', user: 'product', password },
      { database: 'postgres', user: 'postgres', password },
    ]);

    expect(answers).toMatchObject([
      { user: 'user', database: 'user' },
      ...others.map((database) => ({
        code: DENIED,
        message: `permission denied for database "${database}"`,
      })),
      { code: WRONG_PASSWORD },
      { code: WRONG_PASSWORD },
    ]);
  });

  test('is not reached at all by an identity that owns none, not with a good password', async () => {
    const password = await readSecret({ secret: 'user-store', key: 'store-password' });
    const postgres = await podOf('postgres');
    const since = new Date();

    const answers = await signIn('gateway', [{ database: 'user', user: 'user', password }]);

    expect(answers).toMatchObject([{ message: expect.stringMatching(/terminated unexpectedly|ECONNRESET/) }]);
    await logged(postgres, since, 'a refusal', ({ termination }) => /^rbac_access_denied/.test(termination));
  });
});
