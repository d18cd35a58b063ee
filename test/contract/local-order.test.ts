import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalTestbed, withLocalTestbed } from '../../scripts/lab/testbed/local-testbed.ts';
import { placeFirstOrder } from '../../scripts/operate/local/first-order.ts';
import { synthesize } from '../../scripts/operate/local/synthesize.ts';
import { runProgram } from '../../scripts/process/run-program.ts';
import { ROOT } from '../../scripts/process/run-tool.ts';
import { type OtlpReceiver, type OtlpSpan, otlpReceiver } from '../services/kit/telemetry/otlp-receiver.ts';
import { until } from '../until.ts';
import {
  expectMetricsMoved,
  expectOrderLogs,
  expectOrderTrace,
  isComplete,
  type MetricTexts,
  untilOrderTrace,
} from './order-contract.ts';
import { kindOf } from './outline.ts';

/** Time to start the shop on a busy machine, in milliseconds. */
const START_TIMEOUT_MS = 300_000;

let folder = '';
let receiver: OtlpReceiver;
let testbed: LocalTestbed;
let stop = () => {};
let running: Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-contract-'));
  receiver = await otlpReceiver();
  const started = Promise.withResolvers<LocalTestbed>();
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    WEFT_LOG_LEVEL: 'info',
    // Chaos is allowed to the process whose calls the second test fails.
    WEFT_FAULT_INJECTION: 'allowed',
  };
  const services = ['gateway', 'user', 'product', 'order', 'payment', 'notification'];
  running = withLocalTestbed(
    {
      data: join(folder, 'data'),
      logPath: join(folder, 'shop.log'),
      reset: false,
      synthesize: (manifests) => synthesize(ROOT, manifests),
      settings: Object.fromEntries(services.map((service) => [service, telemetry])),
      signal: new AbortController().signal,
    },
    () => {},
    async (open) => {
      started.resolve(open);
      await stopped;
    },
  );
  running.catch(started.reject);
  testbed = await started.promise;
}, START_TIMEOUT_MS);

afterAll(async () => {
  stop();
  await running;
  await receiver.close();
  await rm(folder, { recursive: true });
}, START_TIMEOUT_MS);

/** Returns the text of `/metrics` of each service. */
async function readMetrics(): Promise<MetricTexts> {
  const replicas = await testbed.replicas();
  const texts = replicas.map(async ({ service, adminUrl }) => {
    const response = await fetch(`${adminUrl}/metrics`);
    return [service, [await response.text()]] as const;
  });
  return new Map(await Promise.all(texts));
}

/** Returns the first trace with a request to place an order and both of its events. */
async function readOrderTrace(): Promise<readonly OtlpSpan[] | undefined> {
  const traces = [...Map.groupBy(receiver.spans, ({ traceId }) => traceId).values()];
  return traces.find((trace) => isComplete(trace) && trace.some(({ name }) => name === 'POST /v1/orders'));
}

/** Spans that each instrumentation adds to a trace. */
const INSTRUMENTATIONS: Readonly<Record<string, (span: OtlpSpan) => boolean>> = {
  'the requests at the edge': ({ attributes }) => 'http.route' in attributes,
  'declared calls': ({ attributes }) => 'weft.call' in attributes,
  'served calls': (span) => kindOf(span) === 'SERVER' && 'rpc.method' in span.attributes,
  'statements of Postgres': ({ attributes }) => 'db.system.name' in attributes,
  'sent events': (span) => kindOf(span) === 'PRODUCER',
  'processed events': (span) => kindOf(span) === 'CONSUMER',
};

/** Returns the trace as it would be without some spans: their children have the parent of the missing span. */
function withoutSpans(
  trace: readonly OtlpSpan[],
  isMissing: (span: OtlpSpan) => boolean,
): readonly OtlpSpan[] {
  const missing = new Map(trace.filter(isMissing).map((span) => [span.spanId, span]));
  const parentOf = ({ parentSpanId }: OtlpSpan): string | undefined => {
    const parent = missing.get(parentSpanId ?? '');
    return parent ? parentOf(parent) : parentSpanId;
  };
  return trace
    .filter((span) => !isMissing(span))
    .map((span) => ({ ...span, parentSpanId: parentOf(span) ?? '' }));
}

test('an order is one trace through all services, its metrics move, and its log lines name the trace', async () => {
  const before = await readMetrics();
  await placeFirstOrder(testbed.ingressUrl, AbortSignal.timeout(60_000));
  const shop = { layer: 'app', broker: 'postgres' } as const;
  const trace = await untilOrderTrace(readOrderTrace, shop);
  // The contract notices when an instrumentation is removed.
  const accepted = Object.entries(INSTRUMENTATIONS).filter(([, isMissing]) => {
    try {
      expectOrderTrace(withoutSpans(trace, isMissing), shop);
      return true;
    } catch {
      return false;
    }
  });
  expect(accepted.map(([instrumentation]) => instrumentation)).toEqual([]);
  expectMetricsMoved(before, await readMetrics());
  const traceId = trace[0]?.traceId ?? '';
  await until('the log line of the request arrives', () =>
    receiver.logs.some((line) => line.traceId === traceId && line.body === 'request'),
  );
  expectOrderLogs(receiver.logs, traceId, ['tok_ok', 'Bearer ', '@weft.example']);
});

test('a failed attempt is an event of its call, with the policy field that decided to retry it', async () => {
  const [payment] = await testbed.replicas('payment');
  const inject = (failPercent: number) =>
    fetch(`${payment?.adminUrl}/faults`, {
      method: 'PUT',
      body: JSON.stringify({ failPercent, delayMs: 0 }),
    });
  const hasRetry = (trace: readonly OtlpSpan[]) =>
    trace.some(({ events }) => events.some(({ name }) => name === 'weft.call.retried'));
  expect((await inject(50)).status).toBe(204);
  try {
    for (let orders = 0; orders < 20; orders++) {
      await placeFirstOrder(testbed.ingressUrl, AbortSignal.timeout(60_000)).catch(() => {});
      if (receiver.spans.some((span) => hasRetry([span]))) break;
    }
  } finally {
    await inject(0);
  }
  const retried = await until('a retried call is exported', () =>
    receiver.spans.find((span) => span.isFailed === false && hasRetry([span])),
  );
  expect(retried.attributes).toMatchObject({ 'weft.callee': 'payment', 'rpc.status_code': 'OK' });
  expect(retried.events[0]).toMatchObject({
    name: 'weft.call.retried',
    attributes: { 'weft.call': 'payment', 'weft.attempt': 1, 'weft.policy.field': 'retries.on' },
  });
  // The callee exports its spans at another time.
  const attempts = await until('both attempts are exported', () => {
    const spans = receiver.spans.filter(({ parentSpanId }) => parentSpanId === retried.spanId);
    return spans.length >= 2 && spans;
  });
  expect(attempts.map(({ isFailed }) => isFailed).toSorted()).toEqual([false, true]);
});

test('npm run profile records a service of the running shop', async () => {
  const options = ['--seconds', '2', '--data', join(folder, 'data'), '--out', folder, '--json'];
  const recorded = runProgram(process.execPath, ['scripts/profile.ts', 'gateway', ...options], { cwd: ROOT });
  const requests = new AbortController();
  const load = (async () => {
    while (!requests.signal.aborted) await (await fetch(`${testbed.ingressUrl}/v1/products`)).text();
  })();
  const { page, cpuProfile, heapProfile, cpu } = JSON.parse(
    await recorded.finally(async () => {
      requests.abort();
      await load;
    }),
  );
  expect(cpu.map(({ part }: { readonly part: string }) => part)).toContain('Node.js');
  expect(await readFile(page, 'utf8')).toContain('<h1>Profile of gateway</h1>');
  // Few samples may fall into Express itself, but it calls everything that does the work of a request.
  const profile = await readFile(cpuProfile, 'utf8');
  expect(JSON.parse(profile)).toHaveProperty('samples');
  for (const caller of ['/node_modules/express/', '/services/gateway/http/'])
    expect(profile).toContain(caller);
  expect(JSON.parse(await readFile(heapProfile, 'utf8'))).toHaveProperty('head');
});
