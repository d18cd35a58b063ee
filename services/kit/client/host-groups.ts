import { isDeepStrictEqual } from 'node:util';
import type { AppVersion } from '../../../mesh/policy/app-config.ts';
import type { Balance } from '../../../mesh/policy/balance.ts';
import type { OutlierDetection } from '../../../mesh/policy/call-policy.ts';
import { OutlierDetector } from '../balance/outlier-detector.ts';
import type { Pick, Some } from '../balance/pick.ts';
import { pickOf } from '../balance/pick-of.ts';
import type { Observe } from './decision.ts';
import type { Host } from './host.ts';
import type { LivePolicy } from './live-policy.ts';

/** The group of all hosts where versions are not told apart. */
const ALL = '';

/**
 * The hosts of a callee, a group for each of its versions, as the mesh has a cluster for each: takes those out that fail,
 * a share of each group at most, and makes the choice among those that are left.
 */
export class HostGroups<H extends Host> {
  readonly #live: LivePolicy;
  readonly #observe: Observe;
  readonly #onChange: () => void;
  readonly #unfollow: () => void;
  readonly #picks = new Map<string | undefined, { readonly hosts: readonly H[]; readonly pick: Pick<H> }>();
  #hosts: readonly H[] = [];
  #groups: ReadonlyMap<string, readonly H[]> = new Map();
  #balance: Balance = { kind: 'round-robin' };
  #detection: OutlierDetection | undefined;
  #detector: OutlierDetector | undefined;
  #sweeping: NodeJS.Timeout | undefined;

  /** @param onChange is called when a choice may have become another one */
  constructor(live: LivePolicy, observe: Observe, onChange: () => void) {
    this.#live = live;
    this.#observe = observe;
    this.#onChange = onChange;
    this.#take();
    this.#unfollow = live.onChange(() => {
      this.#take();
      onChange();
    });
  }

  get balance(): Balance {
    return this.#balance;
  }

  get hosts(): readonly H[] {
    return this.#hosts;
  }

  set hosts(hosts: readonly H[]) {
    this.#hosts = hosts;
    this.#groups = grouped(hosts, this.#live.versions);
    // A host that stays may be of another version now, and have another weight.
    if (this.#balance.kind === 'weighted-round-robin') this.#picks.clear();
  }

  /** Versions that a call may be for; undefined is any of them. */
  get versions(): readonly [string | undefined, ...(string | undefined)[]] {
    const { versions } = this.#live;
    const isWeighed = this.#balance.kind === 'weighted-round-robin';
    const [first, ...others] = versions?.map(({ name }) => name) ?? [];
    if (first === undefined) return [undefined];
    return isWeighed ? [undefined, first, ...others] : [first, ...others];
  }

  /** The hosts to balance over: those that are in, or all of a group when too few are. */
  usable(version: string | undefined): readonly H[] {
    const groups = version === undefined ? [...this.#groups.values()] : [this.#groups.get(version) ?? []];
    return groups.flatMap((hosts) => this.#detector?.usable(hosts) ?? hosts);
  }

  /** The choice among `hosts` for calls of `version`; made anew only when they are others. */
  pick(version: string | undefined, hosts: Some<H>): Pick<H> {
    const known = this.#picks.get(version);
    if (known?.hosts.length === hosts.length && known.hosts.every((host, index) => host === hosts[index]))
      return known.pick;
    const pick = pickOf(this.#balance, hosts);
    this.#picks.set(version, { hosts, pick });
    return pick;
  }

  /** Counts how a request to `host` ended. */
  ended(host: H, failed: boolean): void {
    const group = this.#groupOf(host);
    if (!this.#detector?.report(host, failed, group, performance.now())) return;
    this.#observe({ kind: 'ejected', host: host.id, errors: host.errors });
    this.#onChange();
  }

  close(): void {
    clearInterval(this.#sweeping);
    this.#unfollow();
  }

  #take(): void {
    const { balance = { kind: 'round-robin' }, outlierDetection } = this.#live.current;
    if (!isDeepStrictEqual(balance, this.#balance)) this.#picks.clear();
    this.#balance = balance;
    this.hosts = this.#hosts;
    for (const version of this.#picks.keys())
      if (!this.versions.includes(version)) this.#picks.delete(version);
    if (isDeepStrictEqual(outlierDetection, this.#detection)) return;
    this.#detection = outlierDetection;
    clearInterval(this.#sweeping);
    this.#detector = outlierDetection && new OutlierDetector(outlierDetection);
    if (this.#detector) this.#sweeping = setInterval(() => this.#sweep(), this.#detector.intervalMs).unref();
    else for (const host of this.#hosts) host.ejectedAt = undefined;
  }

  #sweep(): void {
    const returned = this.#detector?.sweep(this.#hosts, performance.now()) ?? [];
    for (const { id } of returned) this.#observe({ kind: 'returned', host: id });
    if (returned.length > 0) this.#onChange();
  }

  #groupOf(host: H): readonly H[] {
    return this.#groups.get(groupOf(host, this.#live.versions)) ?? [host];
  }
}

function grouped<H extends Host>(
  hosts: readonly H[],
  versions: readonly AppVersion[] | undefined,
): ReadonlyMap<string, readonly H[]> {
  const groups = new Map<string, H[]>((versions ?? [{ name: ALL }]).map(({ name }) => [name, []]));
  for (const host of hosts) groups.get(groupOf(host, versions))?.push(host);
  return groups;
}

/** A host whose version nobody knows is of the only one, or of none. */
function groupOf({ version }: Host, versions: readonly AppVersion[] | undefined): string {
  if (!versions) return ALL;
  return version ?? (versions.length === 1 ? (versions[0]?.name ?? ALL) : ALL);
}
