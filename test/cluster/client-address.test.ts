import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { ask } from '../shop/customer.ts';
import { until } from '../until.ts';
import type { HttpAnswer, HttpRequests } from './in-pod/http-requests.ts';
import { BURST, LIMITED, startLimitedGateway } from './limited-gateway.ts';
import { runInPod } from './run-in-pod.ts';
import { NO_SIDECAR, startTestPods, type TestPods } from './test-pods.ts';

/**
 * Clients are pods, whose connections to the ingress gateway's Service keep their addresses. Connections from this machine
 * use a port of 127.0.0.1 and have the address of the node.
 */
const INGRESS = 'http://istio-ingressgateway.istio-system.svc.cluster.local';
/** Status of a sign-in without a body, within the rate limit. */
const ANSWERED = 415;
/** A sign-in costs as much as 20 requests, before its body is read: the limit recovers one in 20 s. */
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

/** Returns the statuses of concurrent sign-ins of a client, each with headers of its own. */
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

/** Returns the addresses of the clients that signed in, from the log of the limited gateway. */
async function loggedClients(): Promise<readonly string[]> {
  const words = ['logs', 'deployment/gateway-limited', `--namespace=${NAMESPACE}`, '--container=gateway'];
  return (await kubectl(words)).split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const { message, path, client } = JSON.parse(line);
    return message === 'request' && path === SESSIONS ? [client] : [];
  });
}

test('clients of different addresses have separate limits, whatever headers they send', async () => {
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
    { lastState: () => ({ clients, expected }) },
  );
});

test('connections from this machine share one address, which no header changes', async () => {
  const address = await readGatewayAddress();
  const statuses: number[] = [];
  for (const spoofed of ['203.0.113.6', '203.0.113.7', '203.0.113.8']) {
    const headers = { ...LIMITED, 'x-forwarded-for': spoofed };
    statuses.push((await ask(address, 'POST', SESSIONS, { headers, body: {} })).status);
  }
  // The limit admits two sign-ins at most.
  expect(statuses.at(-1)).toBe(429);
});
