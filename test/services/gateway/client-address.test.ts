import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { settings } from '../../../services/gateway/settings.ts';
import { clientAddress, subscriberOf } from '../../../services/kit/edge/client-address.ts';
import { until } from '../../until.ts';
import { startGateway, type TestGateway } from './test-gateway.ts';

const SOCKET = '127.0.0.6';

/** The client of a request that came over a socket from `remoteAddress`. */
function clientOf(hops: number, header?: string, remoteAddress: string | undefined = SOCKET): string {
  const headers = header === undefined ? {} : { 'x-forwarded-for': header };
  return clientAddress({ headers, socket: { remoteAddress } } as IncomingMessage, hops);
}

describe('the address of a client', () => {
  test.each([
    // No proxies: the header is the client's own words.
    [0, undefined, SOCKET],
    [0, '198.51.100.7', SOCKET],
    // One: the ingress gateway.
    [1, '198.51.100.7', '198.51.100.7'],
    [1, '203.0.113.1, 198.51.100.7', '198.51.100.7'],
    [1, '203.0.113.1,10.0.0.1,127.0.0.1,198.51.100.7', '198.51.100.7'],
    [1, 'unknown, <script>,\t198.51.100.7 ', '198.51.100.7'],
    [1, ',,198.51.100.7', '198.51.100.7'],
    // Two: a load balancer before the ingress gateway.
    [2, '198.51.100.7, 192.0.2.1', '198.51.100.7'],
    [2, '203.0.113.1, 198.51.100.7, 192.0.2.1', '198.51.100.7'],
    [3, '203.0.113.1, 198.51.100.7, 192.0.2.2, 192.0.2.1', '198.51.100.7'],
    // Around the load balancer: what the ingress gateway saw.
    [2, '192.0.2.1', '192.0.2.1'],
    [3, '203.0.113.1, 192.0.2.1', '192.0.2.1'],
    [2, 'garbage, 192.0.2.1', '192.0.2.1'],
    [2, ', 192.0.2.1', '192.0.2.1'],
    // Around the ingress gateway.
    [1, undefined, SOCKET],
    [1, '', SOCKET],
    [1, ' , ', SOCKET],
    [1, 'garbage', SOCKET],
    [1, '198.51.100.7, garbage', SOCKET],
    [99, '', SOCKET],
    // Ports, brackets, zones.
    [1, '198.51.100.7:51234', '198.51.100.7'],
    [1, '[2001:db8::7]:51234', '2001:db8::7'],
    [1, '[2001:db8::7]', '2001:db8::7'],
    [1, 'fe80::1%eth0', 'fe80::1'],
    [1, '198.51.100.7:', SOCKET],
    [1, '[198.51.100.7]:80', '198.51.100.7'],
    [1, '2001:db8::7:51234:1:2:3:4:5', SOCKET],
    // Not addresses.
    [1, '198.51.100.256', SOCKET],
    [1, '198.51.100.07', SOCKET],
    [1, '3325256711', SOCKET],
    [1, '0x7f.1', SOCKET],
    [1, 'for=198.51.100.7', SOCKET],
    [1, '"198.51.100.7"', SOCKET],
    // One form for each address.
    [1, '2001:0DB8:0:0:0:0:0:7', '2001:db8::7'],
    [1, '::ffff:198.51.100.7', '198.51.100.7'],
    [1, '::FFFF:c633:6407', '198.51.100.7'],
    [1, '[::ffff:198.51.100.7]:80', '198.51.100.7'],
  ])('%i proxies and X-Forwarded-For: %j', (hops, header, expected) => {
    expect(clientOf(hops, header)).toBe(expected);
  });

  test('of a socket has the same form as one of a header', () => {
    expect(clientOf(0, undefined, '::ffff:198.51.100.7')).toBe('198.51.100.7');
    expect(clientOf(0, undefined, '::1')).toBe('::1');
    expect(clientAddress({ headers: {}, socket: {} } as IncomingMessage, 1)).toBe('unknown');
  });

  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['unknown', 'unknown'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['2001:db8::3:4:5:6', '2001:db8:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::1.2.3.4', '0:0:0:0::/64'],
    ['1::3:4:5:6:7:8', '1:0:3:4::/64'],
  ])('%s shares the limit of %s', (address, expected) => {
    expect(subscriberOf(address)).toBe(expected);
  });
});

describe('the gateway behind one proxy', () => {
  let gateway: TestGateway;
  const LIMITS = { WEFT_RATE_LIMIT: '1', WEFT_RATE_LIMIT_BURST: '2' };

  /** Sends as many requests as statuses come back. Several headers of one name are sent as several. */
  async function statuses(count: number, ...headers: readonly (readonly [string, string])[]) {
    const answers: number[] = [];
    for (let sent = 0; sent < count; sent++)
      answers.push(
        (await fetch(`${gateway.url}/nowhere`, { headers: headers.map(([...pair]) => pair) })).status,
      );
    return answers;
  }

  async function withGateway(hops: string, body: () => Promise<void>): Promise<void> {
    gateway = await startGateway({ ...LIMITS, WEFT_PROXY_HOPS: hops });
    try {
      await body();
    } finally {
      await gateway.stop();
    }
  }

  test('limits each client address separately', () =>
    withGateway('1', async () => {
      expect(await statuses(3, ['x-forwarded-for', '198.51.100.7'])).toEqual([404, 404, 429]);
      expect(await statuses(3, ['x-forwarded-for', '198.51.100.8'])).toEqual([404, 404, 429]);
      expect(await statuses(3, ['x-forwarded-for', '2001:db8::1'])).toEqual([404, 404, 429]);
      expect(await statuses(1, ['x-forwarded-for', '2001:db8::2'])).toEqual([429]);
      expect(await statuses(1, ['x-forwarded-for', '2001:db8:0:1::1'])).toEqual([404]);
    }));

  test('ignores addresses that the client claims in headers', () =>
    withGateway('1', async () => {
      expect(await statuses(2, ['x-forwarded-for', '198.51.100.7'])).toEqual([404, 404]);
      const own = ['x-forwarded-for', '198.51.100.7'] as const;
      expect(await statuses(1, ['x-forwarded-for', '203.0.113.1, 198.51.100.7'])).toEqual([429]);
      expect(await statuses(1, ['x-forwarded-for', '203.0.113.2'], own)).toEqual([429]);
      expect(await statuses(1, ['x-forwarded-for', '::ffff:198.51.100.7'])).toEqual([429]);
      for (const name of [
        'forwarded',
        'x-real-ip',
        'x-client-ip',
        'true-client-ip',
        'x-envoy-external-address',
      ])
        expect(await statuses(1, [name, '203.0.113.3'], own)).toEqual([429]);
    }));

  test('reads no header if it is configured without proxies', () =>
    withGateway('0', async () => {
      expect(await statuses(2, ['x-forwarded-for', '198.51.100.7'])).toEqual([404, 404]);
      expect(await statuses(1, ['x-forwarded-for', '198.51.100.8'])).toEqual([429]);
    }));

  test('logs the client address, even if the client has disconnected', () =>
    withGateway('1', async () => {
      const headers = { 'x-forwarded-for': '203.0.113.1, 198.51.100.9' };
      await fetch(`${gateway.url}/nowhere`, { headers });
      const leaving = new AbortController();
      const product = '01935a1e-9000-7e0a-9f3a-3d1c5b7a9e10';
      const stream = await fetch(`${gateway.url}/v1/products/${product}/stock/events`, {
        headers: { 'x-forwarded-for': '198.51.100.10' },
        signal: leaving.signal,
      });
      leaving.abort();
      await stream.text().catch(() => {});
      const clients = () =>
        gateway.logged
          .map((line) => JSON.parse(line))
          .filter(({ message }) => message === 'request')
          .map(({ client }) => client);
      await until('both are logged', async () => clients().length === 2);
      expect(clients()).toEqual(['198.51.100.9', '198.51.100.10']);
    }));
});

test.each(['-1', '1.5', '0x1', ' 1', 'one', '100'])(
  'rejects %j as the number of proxies',
  (WEFT_PROXY_HOPS) => {
    expect(settings.safeParse({ WEFT_PROXY_HOPS }).success).toBe(false);
  },
);
