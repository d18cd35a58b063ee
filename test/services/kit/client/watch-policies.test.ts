import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { watchPolicies } from '../../../../services/kit/client/watch-policies.ts';
import { eventually } from '../../../until.ts';
import { PRODUCT, productWorld } from '../product-server.ts';
import { recordedLog } from '../recorded-log.ts';

const world = productWorld();
const closers: (() => void)[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-policies-'));
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await world.close();
  rmSync(folder, { recursive: true });
});

function appJson(policy: unknown, versions?: unknown): string {
  const call = { callee: 'product', address: 'product:50051', service: 'p', methods: [], policy, versions };
  return JSON.stringify({ service: 'order', calls: { product: call }, callers: {} });
}

function watched(policy: CallPolicy) {
  const path = join(folder, 'app.json');
  const write = (text: string) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  write(appJson(policy));
  const live = new LivePolicy(policy);
  const { log, lines } = recordedLog();
  closers.push(watchPolicies(path, 'order', new Map([['product', live]]), log, 20));
  return { live, lines, write };
}

test('a changed policy applies without failing calls in flight', async () => {
  const { live, lines, write } = watched({ timeout: '10s' });
  const { address } = await world.serve({ getProduct: async () => ({ product: PRODUCT }) });
  const client = world.client([address], { live });
  let requestCount = 0;
  const calling = (async () => {
    while (live.current.timeout !== '30s') {
      await client.getProduct({ id: 'x' });
      requestCount++;
    }
  })();
  await eventually(() => requestCount > 0);
  write(appJson({ timeout: '20s', balance: { kind: 'least-request' } }));
  await eventually(() => live.current.timeout === '20s');
  write(appJson({ timeout: '30s', outlierDetection: { consecutiveErrors: 3 } }));
  await calling;
  expect(lines.filter(({ message }) => message === 'call policy changed')).toHaveLength(2);
});

test('the versions of a callee change with the file', async () => {
  const { live, write } = watched({ timeout: '1s' });
  const versions = [
    { name: 'v1', weight: 90 },
    { name: 'v2', weight: 10, header: { name: 'x-canary', value: '1' } },
  ];
  write(appJson({ timeout: '1s' }, versions));
  await eventually(() => live.versions !== undefined);
  expect(live.versions).toEqual(versions);
  write(appJson({ timeout: '1s' }));
  await eventually(() => live.versions === undefined);
});

test.each([
  ['no JSON', '{', 'JSON'],
  ['an unknown field', appJson({ timeout: '1s', retry: 3 }), 'retry'],
  ['a wrong value', appJson({ timeout: '1' }), 'calls.product.policy.timeout'],
  [
    'weights of other versions',
    appJson({ timeout: '1s', balance: { kind: 'weighted-round-robin', weights: { v1: 1, v2: 1 } } }),
    'has weights for v1, v2, but the callee has one version',
  ],
  [
    'a version without a weight',
    appJson({ timeout: '1s' }, [{ name: 'v1' }]),
    'calls.product.versions.0.weight',
  ],
  ['no policy any more', appJson(undefined), 'calls.product.policy'],
])('a file with %s changes nothing, and the log says why', async (_, text, reason) => {
  const { live, lines, write } = watched({ timeout: '7s' });
  write(text);
  await eventually(() => lines.length > 0);
  expect(lines[0]).toMatchObject({
    level: 'warn',
    message: expect.stringContaining('keeping the last valid call policies') as unknown,
  });
  expect(JSON.stringify(lines[0])).toContain(reason);
  expect(live.current).toEqual({ timeout: '7s' });
  write(appJson({ timeout: '8s' }));
  await eventually(() => live.current.timeout === '8s');
});
