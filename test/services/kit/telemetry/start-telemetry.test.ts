import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type OtlpReceiver, otlpReceiver } from './otlp-receiver.ts';

let receiver: OtlpReceiver | undefined;
afterEach(() => receiver?.close());

const KIT = new URL('../../../../services/kit/', import.meta.url).href;

interface Result {
  readonly isRecording: boolean;
  readonly dropped: string;
  readonly closeMs: number;
  readonly heapGrowthMiB: number;
  readonly log: readonly { readonly message: string; readonly reason?: string; readonly trace_id?: string }[];
}

/**
 * Starts telemetry in a process of its own, because the SDK is global, and ends `spans` spans.
 * @param endpoint OTLP endpoint
 */
async function traceInProcess(
  endpoint: string | undefined,
  spans: number,
  settings: Record<string, string> = {},
): Promise<Result> {
  const script = `
    import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
    const { TELEMETRY_ENVIRONMENT } = await import('${KIT}telemetry/telemetry-settings.ts');
    const { startTelemetry } = await import('${KIT}telemetry/start-telemetry.ts');
    const { Metrics } = await import('${KIT}telemetry/metrics.ts');
    const { formatMetrics } = await import('${KIT}telemetry/metric-text.ts');
    const { createLog } = await import('${KIT}telemetry/log.ts');
    const { TRACER } = await import('${KIT}telemetry/tracing.ts');
    const lines = [];
    const log = createLog({}, { write: (line) => lines.push(JSON.parse(line)) });
    const metrics = new Metrics();
    (await import('${KIT}telemetry/process-metrics.ts')).addProcessMetrics(metrics);
    const settings = z.object(TELEMETRY_ENVIRONMENT).parse(process.env);
    const telemetry = await startTelemetry({ settings, service: 'order', version: 'v1', hasDatabase: true, metrics, log });
    log.info('started');
    const { context, trace } = await import(${JSON.stringify(import.meta.resolve('@opentelemetry/api'))});
    const isSampling = settings.OTEL_TRACES_SAMPLER_ARG < 1;
    const request = isSampling ? context.active() : trace.setSpan(context.active(), TRACER.startSpan('request'));
    const isRecording = TRACER.startSpan('first').isRecording();
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < ${spans}; n++) {
      const attributes = { text: 'x'.repeat(1_000) + n };
      context.with(request, () => TRACER.startSpan('work', { attributes }).end());
      if (n % 1_000 === 999) await new Promise(setImmediate);
    }
    globalThis.gc();
    const heapGrowthMiB = (process.memoryUsage().heapUsed - before) / 1_048_576;
    const closing = performance.now();
    await telemetry.close();
    const closeMs = performance.now() - closing;
    const dropped = formatMetrics(metrics, 'prometheus').split('\\n').filter((line) => line.startsWith('weft_telemetry_dropped')).join('\\n');
    console.log(JSON.stringify({ isRecording, dropped, closeMs, heapGrowthMiB, log: lines }));
    process.exit(0);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module-typescript', '--eval', script], {
    env: {
      ...process.env,
      ...(endpoint !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`exited with code ${code}`)));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), failed])) as [
    string,
  ];
  return JSON.parse(line) as Result;
}

const NOTHING_DROPPED = ['traces', 'logs'].flatMap((signal) =>
  ['queue-full', 'export-failed'].map(
    (reason) => `weft_telemetry_dropped_total{weft_signal="${signal}",weft_reason="${reason}"} 0`,
  ),
);

test('exports spans and log lines with the resource of the settings', async () => {
  receiver = await otlpReceiver();
  const attributes = 'k8s.pod.name=order-1,deployment.environment.name=a%20b';
  const { dropped } = await traceInProcess(receiver.url, 3, { OTEL_RESOURCE_ATTRIBUTES: attributes });
  expect(receiver.spans.map(({ name }) => name)).toEqual(['work', 'work', 'work']);
  expect(receiver.spans[0]?.resource).toMatchObject({
    'service.name': 'order',
    'service.version': 'v1',
    'k8s.pod.name': 'order-1',
    'deployment.environment.name': 'a b',
  });
  expect(receiver.logs.map(({ body }) => body)).toEqual(['started']);
  expect(JSON.stringify(receiver.metrics)).toContain('process_resident_memory_bytes');
  // A counter that starts with 0 shows its first increase to Prometheus.
  expect(dropped.split('\n')).toEqual(NOTHING_DROPPED);
});

test('samples the share of new traces that the settings say', async () => {
  receiver = await otlpReceiver();
  await traceInProcess(receiver.url, 2_000, { OTEL_TRACES_SAMPLER_ARG: '0.1' });
  expect(receiver.spans.length).toBeGreaterThan(100);
  expect(receiver.spans.length).toBeLessThan(320);
});

describe('a collector cannot delay the work or grow the memory of a process, when it', () => {
  const SPANS = 20_000;
  const expectHarmless = ({ closeMs, heapGrowthMiB, dropped }: Result, reason: string) => {
    expect(closeMs).toBeLessThan(5_000);
    // A queue of 2,048 spans of about 2 KiB, and one export of 128 of them.
    expect(heapGrowthMiB).toBeLessThan(40);
    expect(dropped).toMatch(new RegExp(`weft_reason="${reason}"} [1-9]`));
  };

  test('does not listen', async () => {
    receiver = await otlpReceiver();
    const { url } = receiver;
    await receiver.close();
    receiver = undefined;
    const result = await traceInProcess(url, SPANS);
    expectHarmless(result, 'queue-full');
  });

  test('accepts the request and does not answer', async () => {
    receiver = await otlpReceiver(() => {});
    const result = await traceInProcess(receiver.url, SPANS);
    expectHarmless(result, 'queue-full');
  });

  test('refuses every request', async () => {
    receiver = await otlpReceiver((_, response) => response.writeHead(400).end('no'));
    const result = await traceInProcess(receiver.url, SPANS);
    expectHarmless(result, 'export-failed');
    const message = 'telemetry could not be exported; it is dropped';
    const line = result.log.find((one) => one.message === message);
    // It concerns no request, not even the one whose span started the timer of the export.
    expect(line).toMatchObject({ message });
    expect(line).not.toHaveProperty('trace_id');
  });

  test('answers garbage', async () => {
    receiver = await otlpReceiver((_, response) =>
      response.writeHead(200).end(Buffer.alloc(1_000_000, 0xff)),
    );
    const { closeMs, heapGrowthMiB } = await traceInProcess(receiver.url, SPANS);
    expect(closeMs).toBeLessThan(5_000);
    expect(heapGrowthMiB).toBeLessThan(40);
  });
});

test('without an endpoint, nothing is recorded', async () => {
  const { dropped, log, isRecording } = await traceInProcess(undefined, 10);
  expect([isRecording, dropped]).toEqual([false, '']);
  expect(log.map(({ message }) => message)).toEqual(['started']);
});
