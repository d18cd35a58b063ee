import { isDeepStrictEqual } from 'node:util';
import { type Context, context } from '@opentelemetry/api';
import type { AppVersion } from '../../../mesh/policy/app-config.ts';
import type { Balance } from '../../../mesh/policy/balance.ts';
import type { OutlierDetection } from '../../../mesh/policy/call-policy.ts';
import { createPick } from '../balance/create-pick.ts';
import type { EndpointPick, NonEmptyList } from '../balance/endpoint-pick.ts';
import { OutlierDetector } from '../balance/outlier-detector.ts';
import type { CalleeEndpoint } from './callee-endpoint.ts';
import type { LivePolicy } from './live-policy.ts';
import type { DecisionObserver } from './policy-decision.ts';

/** The group of all endpoints of a callee without versions. */
const UNVERSIONED = '';

/**
 * Groups the endpoints of a callee by version, as the mesh has one cluster per version. Ejects failing endpoints, at
 * most a percentage of each group, and provides the balancer over the remaining ones.
 */
export class EndpointGroups<E extends CalleeEndpoint> {
  readonly #live: LivePolicy;
  readonly #observe: DecisionObserver;
  readonly #onChange: () => void;
  readonly #unsubscribe: () => void;
  readonly #picks = new Map<
    string | undefined,
    { readonly endpoints: readonly E[]; readonly pick: EndpointPick<E> }
  >();
  #endpoints: readonly E[] = [];
  #groups: ReadonlyMap<string, readonly E[]> = new Map();
  #balance: Balance = { kind: 'round-robin' };
  #detection: OutlierDetection | undefined;
  #detector: OutlierDetector | undefined;
  #sweepTimer: NodeJS.Timeout | undefined;

  /** @param onChange called when the usable endpoints or the balancing may have changed */
  constructor(live: LivePolicy, observe: DecisionObserver, onChange: () => void) {
    this.#live = live;
    this.#observe = observe;
    this.#onChange = onChange;
    this.#applyPolicy();
    this.#unsubscribe = live.onChange(() => {
      this.#applyPolicy();
      onChange();
    });
  }

  get balance(): Balance {
    return this.#balance;
  }

  get endpoints(): readonly E[] {
    return this.#endpoints;
  }

  set endpoints(endpoints: readonly E[]) {
    this.#endpoints = endpoints;
    this.#groups = groupByVersion(endpoints, this.#live.versions);
    // An endpoint that stays may have a new version, and with it a new weight.
    if (this.#balance.kind === 'weighted-round-robin') this.#picks.clear();
  }

  /** The versions that a call may be routed to; undefined stands for any of them. */
  get versions(): readonly [string | undefined, ...(string | undefined)[]] {
    const { versions } = this.#live;
    const isWeighted = this.#balance.kind === 'weighted-round-robin';
    const [first, ...others] = versions?.map(({ name }) => name) ?? [];
    if (first === undefined) return [undefined];
    return isWeighted ? [undefined, first, ...others] : [first, ...others];
  }

  /** Returns the endpoints to balance over: those not ejected, or a whole group if too few of it are healthy. */
  findUsable(version: string | undefined): readonly E[] {
    const groups = version === undefined ? [...this.#groups.values()] : [this.#groups.get(version) ?? []];
    return groups.flatMap((endpoints) => this.#detector?.filterUsable(endpoints) ?? endpoints);
  }

  /** Returns the balancer over `endpoints` for calls of `version`. Builds a new one only if the endpoints changed. */
  pick(version: string | undefined, endpoints: NonEmptyList<E>): EndpointPick<E> {
    const cached = this.#picks.get(version);
    const isSame =
      cached?.endpoints.length === endpoints.length &&
      cached.endpoints.every((endpoint, index) => endpoint === endpoints[index]);
    if (cached && isSame) return cached.pick;
    const pick = createPick(this.#balance, endpoints);
    this.#picks.set(version, { endpoints, pick });
    return pick;
  }

  /**
   * Counts the result of a request, and ejects the endpoint after too many consecutive failures.
   * @param trace context of the request's span, which receives the ejection as an event
   */
  recordResult(endpoint: E, hasFailed: boolean, trace: Context): void {
    const group = this.#groups.get(groupOf(endpoint, this.#live.versions)) ?? [endpoint];
    if (!this.#detector?.report(endpoint, hasFailed, group, performance.now())) return;
    const { id, consecutiveErrors: errors } = endpoint;
    context.with(trace, () => this.#observe({ kind: 'ejected', endpoint: id, errors }));
    this.#onChange();
  }

  close(): void {
    clearInterval(this.#sweepTimer);
    this.#unsubscribe();
  }

  #applyPolicy(): void {
    const { balance = { kind: 'round-robin' }, outlierDetection } = this.#live.current;
    if (!isDeepStrictEqual(balance, this.#balance)) this.#picks.clear();
    this.#balance = balance;
    this.endpoints = this.#endpoints;
    for (const version of this.#picks.keys())
      if (!this.versions.includes(version)) this.#picks.delete(version);
    if (isDeepStrictEqual(outlierDetection, this.#detection)) return;
    this.#detection = outlierDetection;
    clearInterval(this.#sweepTimer);
    this.#detector = outlierDetection && new OutlierDetector(outlierDetection);
    if (this.#detector)
      this.#sweepTimer = setInterval(() => this.#sweep(), this.#detector.intervalMs).unref();
    else for (const endpoint of this.#endpoints) endpoint.ejectedAt = undefined;
  }

  #sweep(): void {
    const returned = this.#detector?.sweep(this.#endpoints, performance.now()) ?? [];
    for (const { id } of returned) this.#observe({ kind: 'returned', endpoint: id });
    if (returned.length > 0) this.#onChange();
  }
}

function groupByVersion<E extends CalleeEndpoint>(
  endpoints: readonly E[],
  versions: readonly AppVersion[] | undefined,
): ReadonlyMap<string, readonly E[]> {
  const groups = new Map<string, E[]>((versions ?? [{ name: UNVERSIONED }]).map(({ name }) => [name, []]));
  for (const endpoint of endpoints) groups.get(groupOf(endpoint, versions))?.push(endpoint);
  return groups;
}

/**
 * Returns the version group of an endpoint. An endpoint of unknown version belongs to the only version if there is one,
 * and to none if there are several.
 */
function groupOf({ version }: CalleeEndpoint, versions: readonly AppVersion[] | undefined): string {
  if (!versions) return UNVERSIONED;
  return version ?? (versions.length === 1 ? (versions[0]?.name ?? UNVERSIONED) : UNVERSIONED);
}
