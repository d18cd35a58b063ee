import type { EndpointPick, NonEmptyList } from '../../balance/endpoint-pick.ts';
import { createKeyReader } from '../../balance/hash-key.ts';
import type { Discovery, Endpoint, EndpointWatch } from '../../discovery/discovery.ts';
import type { CallAttempt } from '../call-attempt.ts';
import { chooseEndpoint } from '../choose-endpoint.ts';
import { EndpointGroups } from '../endpoint-groups.ts';
import type { LivePolicy } from '../live-policy.ts';
import type { OutgoingCall } from '../outgoing-call.ts';
import type { DecisionObserver } from '../policy-decision.ts';
import { formatEndpoint, type HttpEndpoint, openHttpEndpoint, openPool } from './http-endpoint.ts';

/** The endpoints for calls of one version, and the balancer over them. */
interface HttpChoice {
  readonly endpoints: NonEmptyList<HttpEndpoint>;
  readonly pick: EndpointPick<HttpEndpoint>;
}

const isAlwaysReady = () => true;

/**
 * Keeps a connection pool to each endpoint of an HTTP callee, and chooses the endpoint of each attempt. An endpoint
 * that cannot be connected fails its attempts and is ejected by outlier detection, as in Envoy.
 */
export class HttpEndpoints {
  readonly groups: EndpointGroups<HttpEndpoint>;
  readonly #live: LivePolicy;
  readonly #watch: EndpointWatch;
  readonly #choices = new Map<string | undefined, HttpChoice | undefined>();
  readonly #waiting = new Set<() => void>();
  #readKey: (outgoing: OutgoingCall) => number = () => 0;
  #maxConnections: number | undefined;
  #unsubscribe: () => void;
  /** Why there is no endpoint; empty if there is one, undefined until discovery has responded. */
  #error: string | undefined;

  constructor(address: string, discovery: Discovery, live: LivePolicy, observe: DecisionObserver) {
    this.#live = live;
    this.groups = new EndpointGroups(live, observe, () => this.#choices.clear());
    this.#unsubscribe = live.onChange(() => this.#applyPolicy());
    this.#applyPolicy();
    this.#watch = discovery.watch(address, {
      onEndpoints: (endpoints) => this.#update(endpoints),
      onError: ({ message }) => {
        if (this.groups.endpoints.length === 0) this.#error = message;
        this.#notifyWaiting();
      },
    });
  }

  /** Whether some connection is open and idle. */
  get isConnected(): boolean {
    return this.groups.endpoints.some(({ pool }) => pool.stats.free > 0);
  }

  /** Why there is no endpoint to choose. */
  get error(): string {
    return this.#error || 'no healthy upstream';
  }

  /**
   * Calls `listener` once discovery has responded with endpoints or an error: at once if it has.
   * @returns a function that removes the listener
   */
  onceResolved(listener: () => void): () => void {
    if (this.#error === undefined) this.#waiting.add(listener);
    else listener();
    return () => this.#waiting.delete(listener);
  }

  /** Returns the endpoint for an attempt; undefined if there is none. */
  choose(attempt: CallAttempt, outgoing: OutgoingCall): HttpEndpoint | undefined {
    const { version } = attempt;
    if (!this.#choices.has(version)) this.#choices.set(version, this.#createChoice(version));
    const choice = this.#choices.get(version);
    return (
      choice && chooseEndpoint(choice.pick, choice.endpoints, isAlwaysReady, this.#readKey(outgoing), attempt)
    );
  }

  /** Requests a new resolution, since an endpoint cannot be connected. */
  refresh(): void {
    this.#watch.refresh();
  }

  /**
   * Replaces the connections of an endpoint that has not responded since `startedAt`. Their peer may have vanished, and
   * one request on each of them would fail only at its deadline. Requests in flight on them may finish.
   */
  replaceSilent(endpoint: HttpEndpoint, startedAt: number): void {
    if (endpoint.respondedAt > startedAt) return;
    void endpoint.pool.close();
    endpoint.pool = openPool(endpoint.origin, this.#live.current.limits);
    endpoint.respondedAt = performance.now();
  }

  async close(): Promise<void> {
    this.#watch.stop();
    this.#unsubscribe();
    this.groups.close();
    await Promise.all(this.groups.endpoints.map(({ pool }) => pool.destroy()));
  }

  #createChoice(version: string | undefined): HttpChoice | undefined {
    const [first, ...others] = this.groups.findUsable(version);
    if (!first) return undefined;
    const endpoints: NonEmptyList<HttpEndpoint> = [first, ...others];
    return { endpoints, pick: this.groups.pick(version, endpoints) };
  }

  #update(endpoints: readonly Endpoint[]): void {
    const removed = new Map(this.groups.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    const listed = new Map(endpoints.map((endpoint) => [formatEndpoint(endpoint), endpoint.version]));
    this.groups.endpoints = [...listed].map(([id, version]) => {
      const endpoint = removed.get(id) ?? openHttpEndpoint(id, version, this.#live.current.limits);
      removed.delete(id);
      endpoint.version = version;
      return endpoint;
    });
    // close() lets requests in flight finish, destroy() would not.
    for (const { pool } of removed.values()) void pool.close();
    this.#choices.clear();
    this.#error = '';
    this.#notifyWaiting();
  }

  #applyPolicy(): void {
    const { limits } = this.#live.current;
    this.#readKey = createKeyReader(this.groups.balance, (outgoing, header) => outgoing.readHeader(header));
    this.#choices.clear();
    if (limits?.connections === this.#maxConnections) return;
    this.#maxConnections = limits?.connections;
    for (const endpoint of this.groups.endpoints) {
      void endpoint.pool.close();
      endpoint.pool = openPool(endpoint.origin, limits);
    }
  }

  #notifyWaiting(): void {
    const listeners = [...this.#waiting];
    this.#waiting.clear();
    for (const listener of listeners) listener();
  }
}
