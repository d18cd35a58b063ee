import { type ChannelOptions, connectivityState, experimental, type status } from '@grpc/grpc-js';
import type { Some } from '../balance/pick.ts';
import { VERSIONS } from '../discovery/grpc-resolver.ts';
import { BALANCER, BalanceConfig, OBSERVE, POLICY } from './balance-config.ts';
import { isFailure } from './failed-status.ts';
import { type GrpcHost, isReady } from './grpc-host.ts';
import { newHost } from './host.ts';
import { HostGroups } from './host-groups.ts';
import { HostPicker } from './host-picker.ts';
import { VersionPicker } from './version-picker.ts';

const { createChildChannelControlHelper, LeafLoadBalancer, QueuePicker, UnavailablePicker } = experimental;

/**
 * The hosts of one channel: keeps a connection to each, and chooses for each try of a call by the policy. What is known
 * of a host stays while it is in the list.
 */
class Balancer implements experimental.LoadBalancer {
  readonly #channel: experimental.ChannelControlHelper;
  #groups: HostGroups<GrpcHost> | undefined;
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
      if (!this.#groups?.hosts.length) {
        const picker = new UnavailablePicker(list.error);
        this.#tell(connectivityState.TRANSIENT_FAILURE, picker, list.error.details);
      }
      return true;
    }
    this.#groups ??= new HostGroups(options[POLICY], options[OBSERVE] ?? (() => {}), () => this.#publish());
    const versions: ReadonlyMap<string, string | undefined> = options[VERSIONS] ?? new Map();
    this.#paused = true;
    const known = new Map(this.#groups.hosts.map((host) => [host.id, host]));
    const endpoints = new Map(list.value.map((one) => [idOf(one), one]));
    this.#groups.hosts = [...endpoints].map(([id, endpoint]) => {
      const host = known.get(id) ?? this.#open(id, endpoint, options, note);
      known.delete(id);
      host.version = versions.get(id);
      return host;
    });
    for (const { leaf } of known.values()) leaf.destroy();
    this.#paused = false;
    this.#publish();
    return true;
  }

  exitIdle(): void {
    for (const { leaf } of this.#groups?.hosts ?? []) leaf.exitIdle();
  }

  resetBackoff(): void {
    // The connections have it.
  }

  destroy(): void {
    this.#paused = true;
    this.#groups?.close();
    for (const { leaf } of this.#groups?.hosts ?? []) leaf.destroy();
    this.#groups = undefined;
  }

  getTypeName(): string {
    return BALANCER;
  }

  #open(id: string, endpoint: experimental.Endpoint, options: ChannelOptions, note: string): GrpcHost {
    const helper = createChildChannelControlHelper(this.#channel, {
      updateState: (state, _picker, error) => {
        if (error) this.#lastError = error;
        if (state === connectivityState.IDLE) leaf.exitIdle();
        this.#publish();
      },
    });
    const leaf = new LeafLoadBalancer(endpoint, helper, options, note);
    leaf.startConnecting();
    return { ...newHost(id, undefined), leaf };
  }

  /** Tells the channel what to choose from now on. */
  #publish(): void {
    if (this.#paused || !this.#groups) return;
    const groups = this.#groups;
    const [version, ...others] = groups.versions;
    const first = this.#choice(groups, version);
    const choices = others.map((one) => ({ version: one, ...this.#choice(groups, one) }));
    const all = [{ version, ...first }, ...choices];
    const isIn = (wanted: connectivityState) => all.find(({ state }) => state === wanted);
    const best = isIn(connectivityState.READY) ?? isIn(connectivityState.CONNECTING) ?? first;
    // A connection that was closed is opened again: it may be that the endpoint is gone.
    if (this.#state === connectivityState.READY && best.state !== connectivityState.READY)
      this.#channel.requestReresolution();
    const pickers = new Map(all.map((choice) => [choice.version, choice.picker]));
    const any = () => this.#choice(groups, undefined).picker;
    const picker =
      version === undefined && others.length === 0 ? first.picker : new VersionPicker(pickers, any);
    this.#tell(best.state, picker, best.error);
  }

  /** What calls of one version choose from. */
  #choice(groups: HostGroups<GrpcHost>, version: string | undefined): Choice {
    const usable = groups.usable(version);
    const ready = usable.filter(isReady);
    if (isSome(ready)) {
      const hosts = groups.balance.kind === 'consistent-hash' && isSome(usable) ? usable : ready;
      const ended = (host: GrpcHost, code: status) => groups.ended(host, isFailure(code));
      const picker = new HostPicker(groups.balance, groups.pick(version, hosts), ready, ended);
      return { state: connectivityState.READY, picker, error: null };
    }
    const states = usable.map(({ leaf }) => leaf.getConnectivityState());
    if (states.some((state) => state !== connectivityState.TRANSIENT_FAILURE))
      return { state: connectivityState.CONNECTING, picker: new QueuePicker(this), error: null };
    const details =
      usable.length === 0 ? 'no healthy upstream' : `no connection to any endpoint: ${this.#lastError}`;
    const picker = new UnavailablePicker({ details });
    return { state: connectivityState.TRANSIENT_FAILURE, picker, error: details };
  }

  #tell(state: connectivityState, picker: experimental.Picker, error: string | null): void {
    this.#state = state;
    this.#channel.updateState(state, picker, error);
  }
}

/** What there is for calls of one version. */
interface Choice {
  readonly state: connectivityState;
  readonly picker: experimental.Picker;
  /** Why there is nothing to choose from. */
  readonly error: string | null;
}

function idOf({ addresses }: experimental.Endpoint): string {
  return addresses.map(experimental.subchannelAddressToString).join();
}

function isSome<T>(list: readonly T[]): list is Some<T> {
  return list.length > 0;
}

experimental.registerLoadBalancerType(BALANCER, Balancer, BalanceConfig);
