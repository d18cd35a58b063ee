import { isDeepStrictEqual } from 'node:util';
import { type ChannelOptions, connectivityState, experimental, type status } from '@grpc/grpc-js';
import type { CallPolicy, OutlierDetection } from '../../../mesh/policy/call-policy.ts';
import { OutlierDetector } from '../balance/outlier-detector.ts';
import type { Pick, Some } from '../balance/pick.ts';
import { type OwnBalance, pickOf } from '../balance/pick-of.ts';
import { BALANCER, BalanceConfig, OBSERVE, POLICY } from './balance-config.ts';
import type { Observe } from './decision.ts';
import { type Host, isFailure, isReady } from './host.ts';
import { HostPicker } from './host-picker.ts';
import type { LivePolicy } from './live-policy.ts';

const { createChildChannelControlHelper, LeafLoadBalancer, QueuePicker, UnavailablePicker } = experimental;

/**
 * The hosts of one channel: keeps a connection to each, takes those out that fail, and chooses for each try of a call
 * by the policy's balancing. What is known of a host stays while it is in the list.
 */
class Balancer implements experimental.LoadBalancer {
  readonly #channel: experimental.ChannelControlHelper;
  #balance: OwnBalance = { kind: 'round-robin' };
  #detection: OutlierDetection | undefined;
  #unfollow: (() => void) | undefined;
  #hosts: readonly Host[] = [];
  #detector: OutlierDetector | undefined;
  #sweeping: NodeJS.Timeout | undefined;
  #observe: Observe = () => {};
  #balanced: { readonly hosts: readonly Host[]; readonly pick: Pick<Host> } | undefined;
  #state = connectivityState.IDLE;
  #lastError = '';
  #paused = false;

  constructor(channel: experimental.ChannelControlHelper) {
    this.#channel = channel;
  }

  updateAddressList(
    list: experimental.StatusOr<experimental.Endpoint[]>,
    config: experimental.TypedLoadBalancingConfig,
    options: ChannelOptions,
    note: string,
  ): boolean {
    if (!(config instanceof BalanceConfig)) return false;
    if (!list.ok) {
      // Those that are known go on; without any, the caller is told why.
      if (this.#hosts.length === 0)
        this.#tell(
          connectivityState.TRANSIENT_FAILURE,
          new UnavailablePicker(list.error),
          list.error.details,
        );
      return true;
    }
    this.#observe = options[OBSERVE] ?? this.#observe;
    this.#paused = true;
    if (!this.#unfollow) this.#follow(options[POLICY]);
    const known = new Map(this.#hosts.map((host) => [host.id, host]));
    const endpoints = new Map(list.value.map((one) => [idOf(one), one]));
    this.#hosts = [...endpoints].map(([id, endpoint]) => {
      const host = known.get(id) ?? this.#open(id, endpoint, options, note);
      known.delete(id);
      return host;
    });
    for (const { leaf } of known.values()) leaf.destroy();
    this.#paused = false;
    this.#publish();
    return true;
  }

  exitIdle(): void {
    for (const { leaf } of this.#hosts) leaf.exitIdle();
  }

  resetBackoff(): void {
    // The connections have it.
  }

  destroy(): void {
    clearInterval(this.#sweeping);
    this.#unfollow?.();
    this.#paused = true;
    for (const { leaf } of this.#hosts) leaf.destroy();
    this.#hosts = [];
  }

  getTypeName(): string {
    return BALANCER;
  }

  #follow(live: LivePolicy): void {
    const take = () => {
      this.#take(live.current);
      this.#publish();
    };
    this.#unfollow = live.onChange(take);
    take();
  }

  #take({ balance, outlierDetection }: CallPolicy): void {
    const next: OwnBalance =
      balance && balance.kind !== 'weighted-round-robin' ? balance : { kind: 'round-robin' };
    if (!isDeepStrictEqual(next, this.#balance)) this.#balanced = undefined;
    this.#balance = next;
    if (isDeepStrictEqual(outlierDetection, this.#detection)) return;
    this.#detection = outlierDetection;
    clearInterval(this.#sweeping);
    this.#detector = outlierDetection && new OutlierDetector(outlierDetection);
    if (this.#detector) this.#sweeping = setInterval(() => this.#sweep(), this.#detector.intervalMs).unref();
    else for (const host of this.#hosts) host.ejectedAt = undefined;
  }

  #open(id: string, endpoint: experimental.Endpoint, options: ChannelOptions, note: string): Host {
    const helper = createChildChannelControlHelper(this.#channel, {
      updateState: (state, _picker, error) => {
        if (error) this.#lastError = error;
        if (state === connectivityState.IDLE) leaf.exitIdle();
        this.#publish();
      },
    });
    const leaf = new LeafLoadBalancer(endpoint, helper, options, note);
    leaf.startConnecting();
    return { id, leaf, active: 0, latency: 0, answeredAt: 0, errors: 0, ejections: 0, ejectedAt: undefined };
  }

  #ended(host: Host, code: status): void {
    const failed = isFailure(code);
    if (!this.#detector?.report(host, failed, this.#hosts, performance.now())) return;
    this.#observe({ kind: 'ejected', host: host.id, errors: host.errors });
    this.#publish();
  }

  #sweep(): void {
    const returned = this.#detector?.sweep(this.#hosts, performance.now()) ?? [];
    for (const { id } of returned) this.#observe({ kind: 'returned', host: id });
    if (returned.length > 0) this.#publish();
  }

  /** Tells the channel what to choose from now on. */
  #publish(): void {
    if (this.#paused) return;
    const usable = this.#detector?.usable(this.#hosts) ?? this.#hosts;
    const ready = usable.filter(isReady);
    if (isSome(ready)) {
      const hosts = this.#balance.kind === 'consistent-hash' && isSome(usable) ? usable : ready;
      const ended = (host: Host, code: status) => this.#ended(host, code);
      const picker = new HostPicker(this.#balance, this.#pick(hosts), ready, ended);
      this.#tell(connectivityState.READY, picker, null);
      return;
    }
    // A connection that was closed is opened again: it may be that the endpoint is gone.
    if (this.#state === connectivityState.READY) this.#channel.requestReresolution();
    const states = usable.map(({ leaf }) => leaf.getConnectivityState());
    const waits = states.some((state) => state !== connectivityState.TRANSIENT_FAILURE);
    if (waits) this.#tell(connectivityState.CONNECTING, new QueuePicker(this), null);
    else {
      const details =
        usable.length === 0 ? 'no healthy upstream' : `no connection to any endpoint: ${this.#lastError}`;
      this.#tell(connectivityState.TRANSIENT_FAILURE, new UnavailablePicker({ details }), details);
    }
  }

  /** The choice among `hosts`; made anew only when they are others. */
  #pick(hosts: Some<Host>): Pick<Host> {
    const same =
      this.#balanced?.hosts.length === hosts.length &&
      this.#balanced.hosts.every((host, index) => host === hosts[index]);
    if (!this.#balanced || !same) this.#balanced = { hosts, pick: pickOf(this.#balance, hosts) };
    return this.#balanced.pick;
  }

  #tell(state: connectivityState, picker: experimental.Picker, error: string | null): void {
    this.#state = state;
    this.#channel.updateState(state, picker, error);
  }
}

function idOf({ addresses }: experimental.Endpoint): string {
  return addresses.map(experimental.subchannelAddressToString).join();
}

function isSome<T>(list: readonly T[]): list is Some<T> {
  return list.length > 0;
}

experimental.registerLoadBalancerType(BALANCER, Balancer, BalanceConfig);
