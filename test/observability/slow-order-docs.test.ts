import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findFreePort } from '../../scripts/operate/cluster/find-free-port.ts';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { runProgram } from '../../scripts/process/run-program.ts';
import { ROOT } from '../../scripts/process/run-tool.ts';
import { createProduct } from '../cluster/shop.ts';
import { documentedCommands } from '../docs/documented-commands.ts';
import { Customer } from '../shop/customer.ts';
import { until } from '../until.ts';
import { openPart, type PartClient } from './part-client.ts';

const MARK = '--- next block ---';
const SECTION = /^## From a slow order to its cause\n(.*?)^## /ms;

let prometheus: PartClient;
let loki: PartClient;

beforeAll(async () => {
  prometheus = await openPart('prometheus', 9_090);
  loki = await openPart('loki', 3_100);
});

afterAll(async () => {
  await prometheus?.close();
  await loki?.close();
});

/** Places an order whose payment takes 4 seconds, and waits until metrics and logs show it. */
async function placeSlowOrder(): Promise<string> {
  const customer = await Customer.register(await readGatewayAddress());
  const productId = await createProduct(5);
  const order = { items: [{ productId, quantity: 1 }], payment: { token: 'tok_slow' } };
  const { status, body } = await customer.send('POST', '/v1/orders', order, {
    'idempotency-key': randomUUID(),
  });
  expect(status).toBe(201);
  const { id } = body as { readonly id: string };
  await until('Loki has the warning about the order', async () => {
    const query = `{service_name="order"} | severity_text="warn" | order="${id}"`;
    const answer = await loki.get<{ data: { result: readonly unknown[] } }>('/loki/api/v1/query_range', {
      query,
      since: '10m',
    });
    return answer.data.result.length > 0;
  });
  await until('Prometheus has scraped the slow call', async () => {
    const metric = (suffix: string) =>
      `sum(rpc_client_call_duration_seconds_${suffix}rpc_method=~".*/Authorize"})`;
    const query = `${metric('count{')} - ${metric('bucket{le=~"1(.0)?",')} > 0`;
    const answer = await prometheus.get<{ data: { result: readonly unknown[] } }>('/api/v1/query', { query });
    return answer.data.result.length > 0;
  });
  return id;
}

/** Returns the commands of the section, with free ports of this machine in place of the documented ones. */
async function commandsOfSection(): Promise<readonly string[]> {
  const page = await readFile('docs/observability.md', 'utf8');
  const section = (SECTION.exec(page)?.[1] ?? '').replaceAll(/^ {3}/gm, '');
  let text = section;
  for (const port of ['9090', '16686', '3100']) {
    const free = String(await findFreePort(0));
    text = text
      .replaceAll(new RegExp(`(port-forward service/\\w+) ${port}\\b`, 'g'), `$1 ${free}:${port}`)
      .replaceAll(`localhost:${port}`, `localhost:${free}`);
  }
  return documentedCommands(text);
}

test('the five steps lead from a slow order to the timeout of its call', async () => {
  const orderId = await placeSlowOrder();
  const blocks = await commandsOfSection();
  expect(blocks).toHaveLength(6);
  const script = `trap 'kill $(jobs -p)' EXIT\nexec 2>&1\n${blocks.join(`echo '${MARK}'\n`)}`;
  const output = await runProgram('bash', ['-eu', '-s'], {
    cwd: ROOT,
    input: script,
    signal: AbortSignal.timeout(120_000),
  });
  const [, calls = '', trace = '', spans = '', logs = '', timeout = ''] = output.split(`${MARK}\n`);
  expect(calls).toContain('"rpc_method":"weft.payment.v1.PaymentService/Authorize","weft_call":"payment"');
  expect(trace.trim()).toMatch(/^[\da-f]{32}$/);
  // The sidecar of order and the process of payment have the same deadline. Either can be first. Timers of Envoy count in
  // whole milliseconds, and may end a little early.
  expect(spans).toMatch(
    /^(?:2\.9|3\.)\d+ (?:order\.shop payment\S+\/weft\.payment\.v1\.PaymentService\/\w+ UT|payment weft\.payment\.v1\.PaymentService\/\w+ DEADLINE_EXCEEDED)$/m,
  );
  expect(logs).toMatch(
    /^order step failed; retrying with backoff \S+ (?:14 UNAVAILABLE: upstream request timeout|.*DEADLINE_EXCEEDED.*)$/m,
  );
  expect(timeout).toBe('3s\n');
  expect(orderId).toMatch(/^[\da-f-]{36}$/);
});
