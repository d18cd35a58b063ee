import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { ask } from '../shop/customer.ts';
import { until } from '../until.ts';
import type { HttpAnswer, HttpRequests } from './in-pod/http-requests.ts';
import { BURST, LIMITED, startLimitedGateway } from './limited-gateway.ts';
import { runInPod } from './run-in-pod.ts';
import { NO_SIDECAR, startTestPods, type TestPods } from './test-pods.ts';

/**
 * Clients are pods that call the ingress gateway's Service, which keep their addresses. Connections from this machine
 * reach it by a port of 127.0.0.1, and all have the address of the node.
 */
const INGRESS = 'http://istio-ingressgateway.istio-system.svc.cluster.local';
/** Status of a sign-in without a body, within the rate limit. */
const ANSWERED = 415;
/** Costs as much as 20 requests, before the body is looked at: it takes 20 s until there is room for another one. */
const SESSIONS = '/v1/sessions';

let pods: TestPods | undefined;
let removeGateway: (() => Promise<void>) | undefined;

beforeAll(async () => {
  const labels = NO_SIDECAR;
  [pods, removeGateway] = await Promise.all([
    startTestPods('client-address', [
      { name: 'client-a', namespace: 'weft-clients', labels },
      { name: 'client-b', namespace: 'weft-clients', labels },
    ]),
    startLimitedGateway(),
  ]);
});

afterAll(async () => {
  await Promise.all([pods?.stop(), removeGateway?.()]);
});

function ip(client: string): string {
  return pods?.ip(client) ?? '';
}

/** Statuses of sign-ins that a client sends all at once, each with what it says of itself. */
async function signIns(client: string, ...headers: readonly Readonly<Record<string, string>>[]) {
  if (!pods) throw new Error('no pods were started');
  const requests = headers.map((own) => ({
    url: `${INGRESS}${SESSIONS}`,
    method: 'POST',
    headers: { ...LIMITED, ...own },
  }));
  const input: HttpRequests = { requests };
  const answers = await runInPod<readonly HttpAnswer[]>(pods.at(client), 'http-requests', input);
  return answers.map((answer) => ('status' in answer ? answer.status : answer.error)).toSorted();
}

/** Addresses of the clients that signed in, as the limited gateway logs them. */
async function loggedClients(): Promise<readonly string[]> {
  const words = ['logs', 'deployment/gateway-limited', `--namespace=${NAMESPACE}`, '--container=gateway'];
  return (await kubectl(words)).split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const { message, path, client } = JSON.parse(line);
    return message === 'request' && path === SESSIONS ? [client] : [];
  });
}

test('clients of different addresses have separate limits, whatever they say of themselves', async () => {
  const honest = Array.from({ length: BURST / 20 }, () => ({}));
  const spoofed = [
    { 'x-forwarded-for': '203.0.113.1' },
    { 'x-forwarded-for': `203.0.113.2, ${ip('client-b')}` },
    { 'x-forwarded-for': '2001:db8::1' },
    { 'x-forwarded-for': ',' },
    { forwarded: 'for=203.0.113.3' },
    { 'x-real-ip': '203.0.113.4' },
    { 'x-envoy-external-address': '203.0.113.5' },
  ];

  expect(await signIns('client-a', ...honest, {})).toEqual([ANSWERED, ANSWERED, 429]);
  expect(await signIns('client-a', ...spoofed)).toEqual(spoofed.map(() => 429));
  expect(await signIns('client-b', ...honest)).toEqual([ANSWERED, ANSWERED]);

  const expected = [
    ...[...honest, {}, ...spoofed].map(() => ip('client-a')),
    ...honest.map(() => ip('client-b')),
  ];
  let clients: readonly string[] = [];
  await until(
    'the access log names each client by its own address',
    async () => {
      clients = await loggedClients();
      return String(clients.toSorted()) === String(expected.toSorted());
    },
    { seen: () => ({ clients, expected }) },
  );
});

test('connections from this machine have one address, which a header does not change', async () => {
  const address = await gatewayAddress();
  const statuses: number[] = [];
  for (const spoofed of ['203.0.113.6', '203.0.113.7', '203.0.113.8']) {
    const headers = { ...LIMITED, 'x-forwarded-for': spoofed };
    statuses.push((await ask(address, 'POST', SESSIONS, { headers, body: {} })).status);
  }
  // The limit has room for two at most.
  expect(statuses.at(-1)).toBe(429);
});
