import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RateLimit } from '../../../services/kit/edge/rate-limit.ts';
import { request } from './request.ts';
import { startGateway } from './test-gateway.ts';

describe('RateLimit', () => {
  test('admits the same requests as a token bucket', () => {
    const step = fc.record({
      pauseMs: fc.integer({ min: 0, max: 3_000 }),
      cost: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 20 }), fc.array(step, { maxLength: 60 }), (burst, steps) => {
        let now = 0;
        // Four a second: the arithmetic is exact in binary.
        const limit = new RateLimit({ perSecond: 4, burst, now: () => now });
        const bucket = { tokens: burst, seenAt: 0 };
        for (const { pauseMs, cost } of steps) {
          now += pauseMs;
          bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.seenAt) * 4) / 1_000);
          bucket.seenAt = now;
          const granted = bucket.tokens >= cost - 1e-9;
          if (granted) bucket.tokens -= cost;
          expect(grants(limit, cost)).toBe(granted);
        }
      }),
    );
  });

  test('limits each client separately, and evicts the least recently used client first', () => {
    const limit = new RateLimit({ perSecond: 1, burst: 1, clients: 2, now: () => 0 });
    const take = (client: string) => grants(limit, 1, client);
    expect([take('a'), take('b'), take('b'), take('c'), take('a')]).toEqual([true, true, false, true, true]);
  });
});

test('the gateway rejects requests above the limit with 429 and Retry-After', async () => {
  const gateway = await startGateway({ WEFT_RATE_LIMIT: '1', WEFT_RATE_LIMIT_BURST: '2' });
  try {
    const answers = [];
    for (let i = 0; i < 8; i++) answers.push(await request(gateway.url, 'GET', '/v1/products'));
    expect(answers[0]?.headers.get('ratelimit')).toBe('"client";r=1;t=1');
    const refusal = answers.find(({ status }) => status === 429);
    expect(refusal?.body.code).toBe('too-many-requests');
    expect(Number(refusal?.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await request(gateway.url, 'GET', '/v1/orders', { token: await gateway.token() });
    expect(other.status).toBe(200);
  } finally {
    await gateway.stop();
  }
});

function grants(limit: RateLimit, cost: number, client = 'client'): boolean {
  try {
    limit.take(client, cost);
    return true;
  } catch {
    return false;
  }
}
