import type { DeclaredGraph } from '../../../policy/declared-graph.ts';
import { milliseconds } from '../../../policy/duration.ts';
import { FAILURE_STATUSES } from '../../../policy/service-level-objective.ts';
import { attributeText, decisionKind, microseconds, type OtlpEvent } from '../otlp/otlp-json.ts';
import type { ReceivedPoint } from '../otlp/parse-metrics.ts';
import { CLIENT_KIND, type ReceivedSpan, SERVER_KIND } from '../otlp/parse-spans.ts';
import { parseOwnJson } from '../store/own-json.ts';
import { CallIndex, type CallKey, declaredId } from './call-index.ts';
import { CallTraffic } from './call-traffic.ts';
import { CumulativeValues, type SavedValues } from './cumulative-values.ts';
import { EndpointStates } from './endpoint-states.ts';

/** An observed call with its traffic. */
export interface ObservedCall extends CallKey {
  readonly traffic: CallTraffic;
  readonly endpoints: EndpointStates;
}

const FAILURES: ReadonlySet<string> = new Set(FAILURE_STATUSES);
const DEFAULT_EJECTION_MS = 30_000;
/** Undeclared calls of which traffic is kept. A client without a certificate names itself, and could name thousands. */
const MAX_UNDECLARED = 1_000;
const MAX_SERVICES = 1_000;
/** A caller that the callee could not authorize. */
const UNKNOWN_CALLER = 'unknown';

interface SavedGraph {
  readonly calls: readonly SavedCall[];
  readonly values: SavedValues;
}

interface SavedCall {
  readonly key: CallKey;
  readonly methods: readonly string[];
  readonly totals: CallTraffic['totals'];
}

/** Assigns telemetry to the calls of the graph. */
export class ObservedGraph {
  readonly #index: CallIndex;
  readonly #calls = new Map<string, ObservedCall>();
  readonly #services = new Set<string>();
  readonly #ejectionMs: ReadonlyMap<string, number>;
  readonly #values: CumulativeValues;
  #undeclared = 0;

  constructor(declared: DeclaredGraph, now: number) {
    this.#index = new CallIndex(declared);
    this.#values = new CumulativeValues(now * 1_000);
    this.#ejectionMs = new Map(
      declared.calls.flatMap((call) => {
        const duration = call.policy.outlierDetection?.baseEjectionTime;
        return duration === undefined ? [] : [[declaredId(call), milliseconds(duration)]];
      }),
    );
  }

  get calls(): ReadonlyMap<string, ObservedCall> {
    return this.#calls;
  }

  /** Services that sent telemetry. */
  get services(): ReadonlySet<string> {
    return this.#services;
  }

  /** Returns the id of the declared call of a client span; null if there is none. */
  declaredCallId(caller: string, method: string, callee?: string, name?: string): string | null {
    const key = this.#index.find({ caller, callee, method, name });
    return key?.isDeclared ? key.id : null;
  }

  addSpans(spans: readonly ReceivedSpan[], now: number): void {
    for (const span of spans) {
      this.#addService(span.source.service);
      if (span.kind === CLIENT_KIND) this.#addClientSpan(span, now);
      else if (span.kind === SERVER_KIND) this.#addServerSpan(span, now);
    }
  }

  addPoints(points: readonly ReceivedPoint[], now: number): void {
    for (const point of points) {
      const { metric, labels, source } = point;
      const { weft_call: name, weft_callee: callee } = labels;
      if (metric === 'rpc_client_call_duration_seconds') {
        const { rpc_method: method = '' } = labels;
        const requests = this.#values.increase(point);
        const call = this.#find({ caller: source.service, callee, method, name });
        if (!call || requests === 0) continue;
        call.traffic.addMethod(method);
        const errors = FAILURES.has(labels.rpc_status_code ?? '') ? requests : 0;
        call.traffic.add('metrics', { requests, errors, retries: 0 }, now);
      } else if (metric === 'weft_call_policy_total') this.#addDecisions(point, now);
    }
  }

  /** Returns the totals as text, for a later `restore`. */
  save(): string {
    const calls = [...this.#calls.values()].map(
      ({ id, caller, callee, isDeclared, traffic }): SavedCall => ({
        key: { id, caller, callee, isDeclared },
        methods: [...traffic.methods],
        totals: traffic.totals,
      }),
    );
    return JSON.stringify({ calls, values: this.#values.save() } satisfies SavedGraph);
  }

  /** Adds the totals of an earlier process of the dashboard. */
  restore(text: string): void {
    const { calls, values } = parseOwnJson<SavedGraph>(text);
    this.#values.restore(values);
    for (const { key, methods, totals } of calls) {
      const { traffic } = this.#callOf(key) ?? {};
      if (!traffic) continue;
      for (const method of methods) traffic.methods.add(method);
      Object.assign(traffic.totals, totals);
    }
  }

  #addClientSpan({ source, span, start, end, isError }: ReceivedSpan, now: number): void {
    const method = methodOf(span.attributes);
    if (method === undefined) return;
    const call = this.#find({
      caller: source.service,
      callee: attributeText(span.attributes, 'weft.callee'),
      method,
      name: attributeText(span.attributes, 'weft.call'),
    });
    if (!call) return;
    const events = span.events ?? [];
    const attempts = Number(attributeText(span.attributes, 'weft.call.attempts') ?? 1);
    const retries = Math.max(
      attempts - 1,
      events.filter((event) => decisionKind(event) === 'retried').length,
    );
    const status = attributeText(span.attributes, 'rpc.status_code');
    const hasFailed = status === undefined ? isError : FAILURES.has(status);
    call.traffic.addMethod(method);
    call.traffic.add('client-spans', { requests: 1, errors: hasFailed ? 1 : 0, retries }, now);
    call.traffic.addLatency((end - start) / 1_000, now);
    for (const event of events) this.#addEvent(call, event, now);
  }

  /** Counts a served call that the graph does not declare. Declared calls are counted by their callers. */
  #addServerSpan({ source, span, start, end, isError }: ReceivedSpan, now: number): void {
    const method = methodOf(span.attributes);
    const caller = attributeText(span.attributes, 'weft.caller');
    if (method === undefined || !caller || caller === UNKNOWN_CALLER) return;
    const call = this.#find({ caller, callee: source.service, method });
    if (!call || call.isDeclared) return;
    const status = attributeText(span.attributes, 'rpc.status_code');
    const hasFailed = isError || (status !== undefined && status !== 'OK');
    call.traffic.addMethod(method);
    call.traffic.add('server-spans', { requests: 1, errors: hasFailed ? 1 : 0, retries: 0 }, now);
    call.traffic.addLatency((end - start) / 1_000, now);
  }

  #addEvent(call: ObservedCall, event: OtlpEvent, now: number): void {
    const { attributes, timeUnixNano } = event;
    const kind = decisionKind(event);
    if (kind === undefined) return;
    const detail = attributeText(attributes, 'weft.detail') ?? '';
    const field = attributeText(attributes, 'weft.policy.field') ?? '';
    const endpoint = attributeText(attributes, 'weft.endpoint');
    call.traffic.addDecision({ kind, detail, field }, 'bySpans', 1, now);
    const time = microseconds(timeUnixNano) / 1_000;
    if (kind === 'breaker') call.endpoints.setBreaker(detail, time, 'bySpans');
    if (kind === 'ejected' && endpoint !== undefined)
      call.endpoints.eject(endpoint, this.#ejectionMs.get(call.id) ?? DEFAULT_EJECTION_MS, now);
    if (kind === 'returned' && endpoint !== undefined) call.endpoints.readmit(endpoint);
  }

  #addDecisions(point: ReceivedPoint, now: number): void {
    const { weft_call: name, weft_decision: kind = '', weft_detail: detail = '' } = point.labels;
    const count = this.#values.increase(point);
    const call = this.#calls.get(`${point.source.service}/${name}`);
    if (!call || count === 0) return;
    const { weft_policy_field: field = '' } = point.labels;
    call.traffic.addDecision({ kind, detail, field }, 'byMetrics', count, now);
    if (kind === 'retried') call.traffic.add('metrics', { requests: 0, errors: 0, retries: count }, now);
    if (kind === 'breaker') call.endpoints.setBreaker(detail, point.time / 1_000, 'byMetrics');
  }

  #find(request: Parameters<CallIndex['find']>[0]): ObservedCall | undefined {
    this.#addService(request.caller);
    const key = this.#index.find(request);
    return key && this.#callOf(key);
  }

  #addService(name: string): void {
    if (this.#services.size < MAX_SERVICES) this.#services.add(name);
  }

  #callOf(key: CallKey): ObservedCall | undefined {
    const existing = this.#calls.get(key.id);
    if (existing) return existing;
    if (!key.isDeclared && ++this.#undeclared > MAX_UNDECLARED) return undefined;
    const call = { ...key, traffic: new CallTraffic(), endpoints: new EndpointStates() };
    this.#calls.set(key.id, call);
    return call;
  }
}

/** Returns the method of an RPC span. Before version 1.39, the conventions had the service in an attribute of its own. */
function methodOf(attributes: ReceivedSpan['span']['attributes']): string | undefined {
  const method = attributeText(attributes, 'rpc.method');
  if (method === undefined || method.includes('/')) return method;
  const service = attributeText(attributes, 'rpc.service');
  return service === undefined ? undefined : `${service}/${method}`;
}
