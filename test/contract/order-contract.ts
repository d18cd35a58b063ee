import { expect } from '@jest/globals';
import type { Broker } from '../../mesh/policy/broker.ts';
import type { Layer } from '../../mesh/policy/layer.ts';
import type { OtlpLog, OtlpSpan } from '../services/kit/telemetry/otlp-receiver.ts';
import { until } from '../until.ts';
import { outline } from './outline.ts';

/** How the shop runs while it is observed. */
export interface ObservedShop {
  readonly layer: Layer;
  readonly broker: Broker;
}

/** Texts of `/metrics` of all replicas, by service. */
export type MetricTexts = ReadonlyMap<string, readonly string[]>;

/** The trace of an order that is paid, without its statements. Signing keys are cached, so their call is left out. */
const PAID_ORDER = `
gateway SERVER POST /v1/orders
  gateway CLIENT OrderService/PlaceOrder [order-placing]
    order SERVER OrderService/PlaceOrder
      order CLIENT PaymentService/Authorize [payment]
        payment SERVER PaymentService/Authorize
      order CLIENT PaymentService/Capture [payment]
        payment SERVER PaymentService/Capture
      order CLIENT PaymentService/CheckToken [payment]
        payment SERVER PaymentService/CheckToken
      order CLIENT ProductService/Reserve [product]
        product SERVER ProductService/Reserve
      order CLIENT ProductService/SettleAll [product]
        product SERVER ProductService/SettleAll
      order PRODUCER send orders
        notification CONSUMER process orders 1 link
      order PRODUCER send orders
        notification CONSUMER process orders 1 link`;

/** Statements that each service executes for an order. Others depend on how many events share a transaction. */
const STATEMENTS: Readonly<Record<string, readonly string[]>> = {
  order: ['insert-orders', 'move-orders'],
  product: ['reserve', 'settle-all'],
  payment: ['payment-begin', 'payment-record', 'provider-authorize', 'provider-capture'],
  notification: ['notify-customers'],
};

/** Metrics of each service that count an order, with the labels of the counted series. */
const METRICS: Readonly<Record<string, readonly string[]>> = {
  gateway: [
    'http_server_request_duration_seconds_count{http_request_method="POST",http_route="/v1/orders",http_response_status_code="201"}',
    'rpc_client_call_duration_seconds_count{weft_call="order-placing",weft_callee="order",rpc_method="weft.order.v1.OrderService/PlaceOrder",rpc_status_code="OK"}',
  ],
  order: [
    'rpc_server_call_duration_seconds_count{rpc_method="weft.order.v1.OrderService/PlaceOrder",rpc_status_code="OK",weft_caller="gateway"}',
    'rpc_client_call_duration_seconds_count{weft_call="product",weft_callee="product",rpc_method="weft.product.v1.ProductService/Reserve",rpc_status_code="OK"}',
    'weft_order_transitions_total{weft_order_state="confirmed"}',
    'weft_events_published_total{topic="orders"}',
  ],
  product: [
    'rpc_server_call_duration_seconds_count{rpc_method="weft.product.v1.ProductService/Reserve",rpc_status_code="OK",weft_caller="order"}',
  ],
  payment: [
    'rpc_server_call_duration_seconds_count{rpc_method="weft.payment.v1.PaymentService/Capture",rpc_status_code="OK",weft_caller="order"}',
  ],
  notification: ['weft_events_received_total{topic="orders",group="notification",outcome="applied"}'],
};

/** Services, and a line that each writes about an order at level `info` with the trace of the order. */
const LINES: Readonly<Record<string, string>> = { gateway: 'request' };

/** Returns whether a trace has ended: both events of the order are processed. */
export function isComplete(trace: readonly OtlpSpan[]): boolean {
  return trace.filter(({ name }) => name === 'process orders').length === 2;
}

/**
 * Reads the trace of a paid order until it is as expected, and returns it. Each process exports its spans at another time.
 *
 * @param read returns the spans that have arrived; undefined if there are none
 * @throws the difference to the expected trace
 */
export async function untilOrderTrace(
  read: () => Promise<readonly OtlpSpan[] | undefined>,
  shop: ObservedShop,
): Promise<readonly OtlpSpan[]> {
  let difference: unknown;
  const poll = async () => {
    const trace = await read();
    if (!trace) return undefined;
    try {
      expectOrderTrace(trace, shop);
      return trace;
    } catch (error) {
      difference = error;
      return undefined;
    }
  };
  try {
    return await until('the trace of an order arrives', poll);
  } catch (error) {
    throw difference ?? error;
  }
}

/** Asserts the trace of a paid order. */
export function expectOrderTrace(trace: readonly OtlpSpan[], { layer, broker }: ObservedShop): void {
  const ofKit = (span: OtlpSpan) =>
    ['rpc.method', 'http.route', 'messaging.system'].some((key) => key in span.attributes);
  const keys = new Set(
    trace.filter(({ attributes }) => attributes['rpc.method'] === 'weft.user.v1.UserService/GetSigningKeys'),
  );
  const lines = outline(trace, (span) => ofKit(span) && !keys.has(span));
  expect(lines.join('\n')).toBe(PAID_ORDER.trim());

  const statements = trace.filter(({ attributes }) => attributes['db.system.name'] === 'postgresql');
  for (const [service, names] of Object.entries(STATEMENTS)) {
    const executed = statements.filter((span) => span.service === service).map(({ name }) => name);
    expect([service, executed]).toEqual([service, expect.arrayContaining([...names])]);
  }
  for (const { attributes } of statements) expect(attributes).not.toHaveProperty('db.postgresql.values');

  const calls = trace.filter(({ attributes }) => attributes['weft.call'] !== undefined);
  expect(new Set(calls.map(({ attributes }) => attributes['weft.layer']))).toEqual(new Set([layer]));
  for (const { attributes } of calls) {
    expect(attributes).toMatchObject({
      'rpc.system.name': 'grpc',
      'rpc.status_code': 'OK',
      'weft.call.attempts': 1,
    });
  }
  const system = broker === 'postgres' ? 'postgresql' : broker;
  for (const { attributes } of trace.filter((span) => span.attributes['messaging.system'] !== undefined)) {
    expect(attributes).toMatchObject({
      'messaging.system': system,
      'messaging.destination.name': 'orders',
      'messaging.message.id': expect.stringMatching(/^[\da-f-]{36}$/),
    });
  }
}

/**
 * Asserts that each metric of an order is greater after it than before.
 * @param before texts of `/metrics` of all replicas, by service
 */
export function expectMetricsMoved(before: MetricTexts, after: MetricTexts): void {
  for (const [service, series] of Object.entries(METRICS)) {
    for (const name of series) {
      const [earlier, later] = [before, after].map((texts) => readSum(texts.get(service) ?? [], name));
      expect(`${service} ${name} ${Number(later) > Number(earlier)}`).toBe(`${service} ${name} true`);
    }
  }
}

/** Returns the sum of a series over the texts of replicas. A replica without the series counts as 0. */
function readSum(texts: readonly string[], series: string): number {
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`${series} `))
    .reduce((sum, line) => sum + Number(line.slice(series.length + 1).split(' ')[0]), 0);
}

/** Asserts that the log lines of an order name its trace, and no secret or personal data. */
export function expectOrderLogs(logs: readonly OtlpLog[], traceId: string, secrets: readonly string[]): void {
  const ofTrace = logs.filter((line) => line.traceId === traceId);
  for (const [service, body] of Object.entries(LINES)) {
    const written = ofTrace.filter((line) => line.service === service).map((line) => line.body);
    expect([service, written]).toEqual([service, expect.arrayContaining([body])]);
  }
  const text = JSON.stringify(logs);
  for (const secret of secrets) expect(text).not.toContain(secret);
}
