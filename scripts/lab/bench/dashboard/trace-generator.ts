import type { DeclaredCall, DeclaredGraph, DeclaredService } from '../../../../mesh/policy/declared-graph.ts';
import type { SeededRandom } from '../../chaos/seeded-random.ts';
import type { SpanRecord } from './span-records.ts';
import {
  callAttributes,
  queryAttributes,
  requestAttributes,
  retryEvent,
  rpcAttributes,
} from './span-templates.ts';
import { TraceValues } from './trace-values.ts';

/** A request to an edge service with all calls that it causes. */
export interface GeneratedTrace {
  readonly traceId: string;
  /** The root is the last one: spans end after their children. */
  readonly spans: readonly SpanRecord[];
  readonly durationUs: number;
}

/** Number of spans at which a trace makes no further calls. One trace of `LARGE_INTERVAL` is large. */
const MIN_SPANS = 8;
const MAX_SPANS = 50;
const LARGE_SPANS = 400;
const LARGE_INTERVAL = 50;
/** Calls of one served request. */
const MAX_CALLS = 4;

const FAILURE_SHARE = 0.01;
const RETRY_SHARE = 0.02;
const QUERY_SHARE = 0.6;

/** Mean time in which a service, its store, or the network works, in microseconds. */
const WORK_US = 400;
const QUERY_US = 900;
const NETWORK_US = 150;

/** Generates traces of requests through a graph, with the attributes and events of the kit. */
export class TraceGenerator {
  readonly #random: SeededRandom;
  readonly #values: TraceValues;
  readonly #edges: readonly DeclaredService[];
  readonly #services: ReadonlyMap<string, DeclaredService>;
  readonly #calls: ReadonlyMap<string, readonly DeclaredCall[]>;
  #traces = 0;
  #spans: SpanRecord[] = [];
  #maxSpans = 0;

  constructor({ services, calls }: DeclaredGraph, random: SeededRandom) {
    this.#random = random;
    this.#values = new TraceValues(random);
    this.#edges = services.filter(({ isEdge }) => isEdge);
    this.#services = new Map(services.map((service) => [service.name, service]));
    this.#calls = Map.groupBy(calls, ({ caller }) => caller);
  }

  next(): GeneratedTrace {
    this.#traces++;
    this.#spans = [];
    this.#maxSpans =
      this.#traces % LARGE_INTERVAL === 0 ? LARGE_SPANS : this.#random.nextInteger(MIN_SPANS, MAX_SPANS);
    const edge = this.#edges[this.#traces % this.#edges.length];
    if (!edge) throw new Error('the graph has no edge service');
    const attributes = requestAttributes(this.#values.hex(8), this.#values.hex(16));
    const durationUs = this.#serve(edge.name, undefined, 'GET /v1/items/{id}', attributes, 0, false);
    return { traceId: this.#values.hex(32), spans: this.#spans, durationUs };
  }

  /** Adds the span of a served request with everything below it. @returns its end */
  #serve(
    service: string,
    parentSpanId: string | undefined,
    name: string,
    attributes: SpanRecord['attributes'],
    start: number,
    hasFailed: boolean,
  ): number {
    const spanId = this.#values.hex(16);
    let time = start + this.#values.time(WORK_US);
    if (this.#services.get(service)?.hasStore && this.#random.next() < QUERY_SHARE)
      time = this.#query(service, spanId, time);
    for (const call of this.#chooseCalls(service)) {
      if (this.#spans.length >= this.#maxSpans) break;
      time = this.#call(call, spanId, time) + this.#values.time(WORK_US);
    }
    this.#spans.push({
      service,
      spanId,
      parentSpanId,
      name,
      kind: 2,
      start,
      end: time,
      hasFailed,
      attributes,
      events: [],
    });
    return time;
  }

  /** Adds the span of a call with the span of its callee. @returns its end */
  #call(call: DeclaredCall, parentSpanId: string, start: number): number {
    const { caller, callee, methods } = call;
    const name = methods[this.#random.nextInteger(0, methods.length - 1)] ?? '';
    const spanId = this.#values.hex(16);
    const hasFailed = this.#random.next() < FAILURE_SHARE;
    const isRetried = this.#random.next() < RETRY_SHARE;
    const common = rpcAttributes(name, hasFailed);
    const attempts = isRetried ? 2 : 1;
    const events = isRetried ? [retryEvent(call.name, this.#values.endpoint(), start + NETWORK_US)] : [];
    const served = { ...common, 'weft.caller': caller, 'weft.request_id': this.#values.hex(16) };
    const sentAt = start + attempts * this.#values.time(NETWORK_US);
    const end = this.#serve(callee, spanId, name, served, sentAt, hasFailed) + this.#values.time(NETWORK_US);
    const attributes = { ...common, ...callAttributes(call, attempts, this.#values.endpoint()) };
    this.#spans.push({
      service: caller,
      spanId,
      parentSpanId,
      name,
      kind: 3,
      start,
      end,
      hasFailed,
      attributes,
      events,
    });
    return end;
  }

  #query(service: string, parentSpanId: string, start: number): number {
    const end = start + this.#values.time(QUERY_US);
    const attributes = queryAttributes(service);
    const spanId = this.#values.hex(16);
    this.#spans.push({
      service,
      spanId,
      parentSpanId,
      name: 'find-item',
      kind: 3,
      start,
      end,
      hasFailed: false,
      attributes,
      events: [],
    });
    return end;
  }

  #chooseCalls(service: string): readonly DeclaredCall[] {
    const calls = this.#calls.get(service) ?? [];
    const maxCalls = this.#maxSpans === LARGE_SPANS ? calls.length : MAX_CALLS;
    return this.#random.shuffle(calls).slice(0, this.#random.nextInteger(1, maxCalls));
  }
}
