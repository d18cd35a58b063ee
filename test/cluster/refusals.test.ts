import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { readSecret } from '../../scripts/operate/cluster/make-secrets.ts';
import { readRelease } from '../../scripts/operate/cluster/release.ts';
import { type Answer, ask } from '../shop/customer.ts';
import { until } from '../until.ts';
import { type AccessLogLine, accessLog } from './access-log.ts';
import type { GrpcAnswer, GrpcCalls } from './in-pod/grpc-calls.ts';
import type { HttpAnswer, HttpRequests } from './in-pod/http-requests.ts';
import type { PostgresAnswer, PostgresSignIns } from './in-pod/postgres-sign-ins.ts';
import type { TcpAnswer } from './in-pod/tcp-greetings.ts';
import { type ContainerPlace, podOf, podsOf, type ShopPod } from './pods.ts';
import { type Outsider, type Probes, startOutsider, startProbes } from './probes.ts';
import { runInPod } from './run-in-pod.ts';
import { type Tokens, tokens } from './tokens.ts';

const RESERVE = '/weft.product.v1.ProductService/Reserve';
const LIST = '/weft.product.v1.ProductService/ListProducts';
/** The response of the edge's sidecar to a request that it refuses. */
const refusalOf = (status: number, code: string) => ({
  status,
  body: expect.stringContaining(`"code":"${code}"`),
});
const INGRESS = 'spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account';

let outsider: Outsider;
let probes: Probes;
let testTokens: Tokens;

beforeAll(async () => {
  [outsider, probes, testTokens] = await Promise.all([
    startOutsider(),
    startProbes(['payment', 'order', 'gateway', 'user']),
    tokens(),
  ]);
});

afterAll(async () => {
  await Promise.all([outsider?.stop(), probes?.stop()]);
});

function call(from: ContainerPlace, ...calls: GrpcCalls['calls']): Promise<readonly GrpcAnswer[]> {
  return runInPod(from, 'grpc-calls', { agent: 'weft-refusals', calls } satisfies GrpcCalls);
}

function get(from: ContainerPlace, ...requests: HttpRequests['requests']): Promise<readonly HttpAnswer[]> {
  return runInPod(from, 'http-requests', { requests } satisfies HttpRequests);
}

/** Waits for a line in the access log of a pod's sidecar. */
function waitForLogLine(
  pod: ShopPod,
  since: Date,
  what: string,
  is: (line: AccessLogLine) => boolean,
): Promise<true> {
  let lines: readonly AccessLogLine[] = [];
  const hasLine = async () => {
    lines = await accessLog(pod, since);
    return lines.some(is);
  };
  return until(`the sidecar of ${pod.pod} logs ${what}`, async () => (await hasLine()) || undefined, {
    lastState: () => lines.slice(-3),
  }) as Promise<true>;
}

describe('from a pod outside of the mesh, in plain text', () => {
  const notTls = ({ flags, details }: AccessLogLine) =>
    flags === 'NR' && details === 'filter_chain_not_found';

  test('the sidecar closes a gRPC port to connections without a certificate', async () => {
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
    await waitForLogLine(
      product,
      since,
      'a connection without TLS',
      (line) => notTls(line) && line.localAddress === `${product.ip}:50051`,
    );
  });

  test('the sidecar closes the port of Postgres to connections without a certificate', async () => {
    const postgres = await podOf('postgres');
    const since = new Date();
    const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]).toString('base64');

    const answers = await runInPod<readonly TcpAnswer[]>(outsider.place, 'tcp-greetings', {
      greetings: [{ host: postgres.ip, port: 5_432, bytes: sslRequest }],
    });

    expect(answers).toEqual([{ error: expect.stringMatching(/^(closed|ECONNRESET)$/) }]);
    await waitForLogLine(
      postgres,
      since,
      'a connection without TLS',
      (line) => notTls(line) && line.localAddress === `${postgres.ip}:5432`,
    );
  });

  test('the edge answers with the signing keys only, even to a valid token or a forged certificate', async () => {
    const gateway = await podOf('gateway');
    const edge = `http://${gateway.ip}:8080`;
    const bearer = { authorization: `Bearer ${await testTokens.sign({ role: 'admin' })}` };
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
    const [missing, forbidden] = [refusalOf(401, 'unauthenticated'), refusalOf(403, 'forbidden')];
    expect(others).toEqual([missing, missing, missing, missing, missing, forbidden, forbidden]);
    expect(admin).toEqual({ error: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/) });
    await waitForLogLine(
      gateway,
      since,
      'a connection without TLS',
      (line) => notTls(line) && line.localAddress === `${gateway.ip}:9090`,
    );
  });
});

describe('a caller name in headers', () => {
  const address = 'product.shop.svc.cluster.local:50051';
  const as = (name: string) => ({
    'x-weft-caller': name,
    'x-forwarded-client-cert': `By=spiffe://cluster.local/ns/shop/sa/product;Hash=00;Subject="";URI=spiffe://cluster.local/ns/shop/sa/${name}`,
  });

  test('does not authorize a method: only the certificate of the connection does', async () => {
    const [plain, forged] = await call(
      probes.at('payment'),
      { address, path: RESERVE },
      { address, path: RESERVE, metadata: as('order') },
    );
    const [order] = await call(probes.at('order'), { address, path: RESERVE });

    const refusal = { code: 'PERMISSION_DENIED', details: 'RBAC: access denied', ofService: false };
    expect([plain, forged]).toEqual([refusal, refusal]);
    expect(order).toMatchObject({ code: 'INVALID_ARGUMENT', ofService: true });
  });

  test('does not authorize requests to the edge, even with a valid token', async () => {
    const headers = {
      authorization: `Bearer ${await testTokens.sign()}`,
      'x-forwarded-client-cert': `By=${INGRESS};Hash=00;Subject="";URI=${INGRESS}`,
    };

    const answers = await get(probes.at('order'), {
      url: 'http://gateway.shop.svc.cluster.local:8080/v1/orders',
      headers,
    });

    expect(answers).toEqual([refusalOf(403, 'forbidden')]);
  });
});

describe('through the ingress gateway, with a token', () => {
  /** Returns the answer and the log entry of Envoy's JWT filter in the sidecar of the edge. */
  const filter = (reason: string) => ({
    status: 401,
    says: { code: 'invalid-token', status: 401 },
    logs: `jwt_authn_access_denied{${reason.replaceAll(/\s/g, '_')}}`,
  });
  const rbac = (status: number, code: string) => ({
    status,
    says: { code, status },
    logs: 'rbac_access_denied_matched_policy[none]',
  });
  /** Returns an answer that only the service itself can give. */
  const service = (status: number, code: string) => ({
    status,
    says: { code, status },
    logs: 'via_upstream',
  });
  type Expected = { readonly status: number; readonly says: unknown; readonly logs: string };

  const ORDERS = ['GET', '/v1/orders'] as const;
  const STOCK = ['PUT', '/v1/products/00000000-0000-7000-8000-000000000000/stock'] as const;

  const CASES: readonly [string, () => string | Promise<string>, readonly [string, string], Expected][] = [
    [
      'that is good',
      () => testTokens.sign(),
      ORDERS,
      { status: 200, says: { items: [] }, logs: 'via_upstream' },
    ],
    ['of an admin', () => testTokens.sign({ role: 'admin' }), STOCK, service(404, 'not-found')],
    ['that has expired', () => testTokens.sign({ expiresIn: -600 }), ORDERS, filter('Jwt is expired')],
    ['signed by a foreign key', () => testTokens.foreign(), ORDERS, filter('Jwt verification fails')],
    [
      'for another audience',
      () => testTokens.sign({ audience: 'bank' }),
      ORDERS,
      filter('Audiences in Jwt are not allowed'),
    ],
    [
      'of another issuer',
      () => testTokens.sign({ issuer: 'https://evil.example' }),
      ORDERS,
      filter('Jwt issuer is not configured'),
    ],
    [
      'with alg none',
      () => testTokens.unsigned(),
      ORDERS,
      filter('Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections'),
    ],
    [
      'with alg none, and bytes for a signature',
      () => `${testTokens.unsigned()}AAAA`,
      ORDERS,
      filter('Jwt header [alg] is not supported'),
    ],
    [
      'signed with the public key as a password',
      () => testTokens.confused(),
      ORDERS,
      filter("Jwks doesn't have key to match kid or alg from Jwt"),
    ],
    [
      'that is none',
      () => 'x',
      ORDERS,
      filter('Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections'),
    ],
    ['that is missing', () => '', ORDERS, rbac(401, 'unauthenticated')],
    ['of a customer, where an admin is asked for', () => testTokens.sign(), STOCK, rbac(403, 'forbidden')],
    [
      'without a role, where an admin is asked for',
      () => testTokens.sign({ role: null }),
      STOCK,
      rbac(403, 'forbidden'),
    ],
    ['without a role', () => testTokens.sign({ role: null }), ORDERS, service(401, 'invalid-token')],
    ['that never expires', () => testTokens.sign({ expiresIn: null }), ORDERS, service(401, 'invalid-token')],
  ];

  interface CaseResult {
    readonly answer: Answer;
    /** Response code details that the sidecars of the edge logged for the request. */
    details: readonly string[];
  }
  const results = new Map<string, CaseResult>();

  beforeAll(async () => {
    const address = await readGatewayAddress();
    const since = new Date();
    for (const [name, token, [method, path]] of CASES) {
      const answer = await ask(address, method, path, {
        token: await token(),
        headers: { 'user-agent': agent(name) },
        ...(method === 'PUT' && { body: { quantity: 1 } }),
      });
      results.set(name, { answer, details: [] });
    }
    const pods = await podsOf('gateway');
    await until('the sidecars of the edge have logged each request', async () => {
      const lines = (await Promise.all(pods.map((pod) => accessLog(pod, since)))).flat();
      for (const [name, one] of results) {
        one.details = lines.filter((line) => line.agent === agent(name)).map(({ details }) => details);
      }
      return [...results.values()].every(({ details }) => details.length > 0);
    });
  });

  test.each(CASES)('%s', (name, _token, _request, { status, says, logs }) => {
    const { answer, details } = results.get(name) ?? {};
    expect(answer).toMatchObject({ status, body: says });
    expect(details).toEqual([logs]);
    expect(answer?.headers.get('x-request-id')).toEqual(answer?.body.requestId ?? expect.any(String));
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

  test('refuses every role a database of another service, even with a valid password', async () => {
    const password = await readSecret({ secret: 'user-store', key: 'store-password' });
    const { broker = 'postgres' } = await readRelease();
    // With another broker, Postgres has no database of events.
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

  test('is not reachable for an identity without a database, even with a valid password', async () => {
    const password = await readSecret({ secret: 'user-store', key: 'store-password' });
    const postgres = await podOf('postgres');
    const since = new Date();

    const answers = await signIn('gateway', [{ database: 'user', user: 'user', password }]);

    expect(answers).toMatchObject([{ message: expect.stringMatching(/terminated unexpectedly|ECONNRESET/) }]);
    await waitForLogLine(postgres, since, 'a refusal', ({ termination }) =>
      /^rbac_access_denied/.test(termination),
    );
  });
});
