import { keyOf } from '../../balance/key-of.ts';
import type { Pick, Some } from '../../balance/pick.ts';
import type { Discovery, Endpoint, Watch } from '../../discovery/discovery.ts';
import { chooseHost } from '../choose-host.ts';
import type { Observe } from '../decision.ts';
import { HostGroups } from '../host-groups.ts';
import type { LivePolicy } from '../live-policy.ts';
import type { Outgoing } from '../outgoing.ts';
import type { Try } from '../try.ts';
import { type HttpHost, idOf, openHttpHost, openPool } from './http-host.ts';

/** What calls of one version choose from. */
interface Choice {
  readonly hosts: Some<HttpHost>;
  readonly pick: Pick<HttpHost>;
}

const ANY = () => true;

/**
 * The hosts of an HTTP callee, a pool of connections to each. All are tried that are not ejected: one that cannot be
 * connected fails its tries, and is ejected for it, as in Envoy.
 */
export class HttpHosts {
  readonly groups: HostGroups<HttpHost>;
  readonly #live: LivePolicy;
  readonly #watch: Watch;
  readonly #choices = new Map<string | undefined, Choice | undefined>();
  readonly #waiting = new Set<() => void>();
  #key: (outgoing: Outgoing) => number = () => 0;
  #connections: number | undefined;
  #unfollow: () => void;
  /** Why no host is known; empty once one is, undefined while nobody has said anything. */
  #error: string | undefined;

  constructor(address: string, discovery: Discovery, live: LivePolicy, observe: Observe) {
    this.#live = live;
    this.groups = new HostGroups(live, observe, () => this.#choices.clear());
    this.#unfollow = live.onChange(() => this.#take());
    this.#take();
    this.#watch = discovery.watch(address, {
      endpoints: (endpoints) => this.#know(endpoints),
      error: ({ message }) => {
        if (this.groups.hosts.length === 0) this.#error = message;
        this.#tell();
      },
    });
  }

  /** Whether a request finds a connection that has no other. */
  get isConnected(): boolean {
    return this.groups.hosts.some(({ pool }) => pool.stats.free > 0);
  }

  /** Why there is no host to choose. */
  get error(): string {
    return this.#error || 'no healthy upstream';
  }

  /**
   * Calls `then` once it is known which hosts there are, or why none are.
   * @returns what takes that back
   */
  whenKnown(then: () => void): () => void {
    if (this.#error === undefined) this.#waiting.add(then);
    else then();
    return () => this.#waiting.delete(then);
  }

  choose(one: Try, outgoing: Outgoing): HttpHost | undefined {
    const { version } = one;
    if (!this.#choices.has(version)) this.#choices.set(version, this.#choice(version));
    const choice = this.#choices.get(version);
    return choice && chooseHost(choice.pick, choice.hosts, ANY, this.#key(outgoing), one);
  }

  /** Asks for other hosts, since one does not answer. */
  refresh(): void {
    this.#watch.refresh();
  }

  /**
   * Replaces the connections of a host that answered nothing since `askedAt`. They may lead to a peer that vanished, and
   * each would cost a request its whole deadline. Requests under way on them may finish.
   */
  replaceSilent(host: HttpHost, askedAt: number): void {
    if (host.heardAt > askedAt) return;
    void host.pool.close();
    host.pool = openPool(host.origin, this.#live.current.limits);
    host.heardAt = performance.now();
  }

  async close(): Promise<void> {
    this.#watch.stop();
    this.#unfollow();
    this.groups.close();
    await Promise.all(this.groups.hosts.map(({ pool }) => pool.destroy()));
  }

  #choice(version: string | undefined): Choice | undefined {
    const [first, ...others] = this.groups.usable(version);
    if (!first) return undefined;
    const hosts: Some<HttpHost> = [first, ...others];
    return { hosts, pick: this.groups.pick(version, hosts) };
  }

  #know(endpoints: readonly Endpoint[]): void {
    const known = new Map(this.groups.hosts.map((host) => [host.id, host]));
    const found = new Map(endpoints.map((endpoint) => [idOf(endpoint), endpoint.version]));
    this.groups.hosts = [...found].map(([id, version]) => {
      const host = known.get(id) ?? openHttpHost(id, version, this.#live.current.limits);
      known.delete(id);
      host.version = version;
      return host;
    });
    // What is under way there may end.
    for (const { pool } of known.values()) void pool.close();
    this.#choices.clear();
    this.#error = '';
    this.#tell();
  }

  #take(): void {
    const { limits } = this.#live.current;
    this.#key = keyOf(this.groups.balance, (outgoing, header) => outgoing.header(header));
    this.#choices.clear();
    if (limits?.connections === this.#connections) return;
    this.#connections = limits?.connections;
    for (const host of this.groups.hosts) {
      void host.pool.close();
      host.pool = openPool(host.origin, limits);
    }
  }

  #tell(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const then of waiting) then();
  }
}
