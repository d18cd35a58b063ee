import { type ChannelOptions, connectivityState, experimental, type status } from '@grpc/grpc-js';
import type { Context } from '@opentelemetry/api';
import type { NonEmptyList } from '../balance/endpoint-pick.ts';
import { VERSIONS } from '../discovery/grpc-resolver.ts';
import { isServerFailure } from '../grpc/server-failure.ts';
import { createCalleeEndpoint, type GrpcEndpoint, isReady } from './callee-endpoint.ts';
import { EndpointGroups } from './endpoint-groups.ts';
import { EndpointPicker, VersionPicker } from './endpoint-picker.ts';

const { createChildChannelControlHelper, LeafLoadBalancer, QueuePicker, UnavailablePicker } = experimental;

/** Name of the balancer in a service config. */
export const BALANCER_NAME = 'weft';
/** Channel option with the LivePolicy. */
export const POLICY_OPTION = 'weft.policy';
/** Channel option with the DecisionObserver. */
export const OBSERVER_OPTION = 'weft.observe';

/** Balancer configuration without fields: the policy may change and is therefore a channel option. */
class BalancerConfig implements experimental.TypedLoadBalancingConfig {
  getLoadBalancerName(): string {
    return BALANCER_NAME;
  }

  toJsonObject(): object {
    return { [BALANCER_NAME]: {} };
  }

  static createFromJson(): BalancerConfig {
    return new BalancerConfig();
  }
}

/**
 * Keeps a connection to each endpoint of a channel and publishes the picker that chooses among them by the call policy.
 * An endpoint keeps its state, such as its ejections, while discovery lists it.
 */
class PolicyBalancer implements experimental.LoadBalancer {
  readonly #channel: experimental.ChannelControlHelper;
  #groups: EndpointGroups<GrpcEndpoint> | undefined;
  #state = connectivityState.IDLE;
  #lastError = '';
  /** Whether publishing is suspended while several endpoints change. */
  #isPaused = false;

  constructor(channel: experimental.ChannelControlHelper) {
    this.#channel = channel;
  }

  updateAddressList(
    list: experimental.StatusOr<experimental.Endpoint[]>,
    config: experimental.TypedLoadBalancingConfig,
    options: ChannelOptions,
    note: string,
  ): boolean {
    if (!(config instanceof BalancerConfig)) return false;
    if (!list.ok) {
      // The last endpoints stay in use. Without any, calls fail with the resolver's error.
      if (!this.#groups?.endpoints.length) {
        const picker = new UnavailablePicker(list.error);
        this.#updateState(connectivityState.TRANSIENT_FAILURE, picker, list.error.details);
      }
      return true;
    }
    this.#groups ??= new EndpointGroups(options[POLICY_OPTION], options[OBSERVER_OPTION] ?? (() => {}), () =>
      this.#publish(),
    );
    const versions: ReadonlyMap<string, string | undefined> = options[VERSIONS] ?? new Map();
    this.#isPaused = true;
    const removed = new Map(this.#groups.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    const listed = new Map(list.value.map((address) => [idOf(address), address]));
    this.#groups.endpoints = [...listed].map(([id, address]) => {
      const endpoint = removed.get(id) ?? this.#open(id, address, options, note);
      removed.delete(id);
      endpoint.version = versions.get(id);
      return endpoint;
    });
    for (const { leaf } of removed.values()) leaf.destroy();
    this.#isPaused = false;
    this.#publish();
    return true;
  }

  exitIdle(): void {
    for (const { leaf } of this.#groups?.endpoints ?? []) leaf.exitIdle();
  }

  resetBackoff(): void {
    // Does nothing: each connection keeps its own back-off.
  }

  destroy(): void {
    this.#isPaused = true;
    this.#groups?.close();
    for (const { leaf } of this.#groups?.endpoints ?? []) leaf.destroy();
    this.#groups = undefined;
  }

  getTypeName(): string {
    return BALANCER_NAME;
  }

  #open(id: string, address: experimental.Endpoint, options: ChannelOptions, note: string): GrpcEndpoint {
    const helper = createChildChannelControlHelper(this.#channel, {
      updateState: (state, _picker, error) => {
        if (error) this.#lastError = error;
        if (state === connectivityState.IDLE) leaf.exitIdle();
        this.#publish();
      },
    });
    const leaf = new LeafLoadBalancer(address, helper, options, note);
    leaf.startConnecting();
    return { ...createCalleeEndpoint(id, undefined), leaf };
  }

  /** Publishes a picker over the current endpoints. */
  #publish(): void {
    if (this.#isPaused || !this.#groups) return;
    const groups = this.#groups;
    const [version, ...otherVersions] = groups.versions;
    const first = this.#createChoice(groups, version);
    const others = otherVersions.map((other) => ({ version: other, ...this.#createChoice(groups, other) }));
    const all = [{ version, ...first }, ...others];
    const findIn = (wantedState: connectivityState) => all.find(({ state }) => state === wantedState);
    const best = findIn(connectivityState.READY) ?? findIn(connectivityState.CONNECTING) ?? first;
    // A closed connection may mean that its endpoint no longer exists: resolve again before reconnecting.
    if (this.#state === connectivityState.READY && best.state !== connectivityState.READY)
      this.#channel.requestReresolution();
    const pickers = new Map(all.map((choice) => [choice.version, choice.picker]));
    const pickAny = () => this.#createChoice(groups, undefined).picker;
    const picker =
      version === undefined && otherVersions.length === 0
        ? first.picker
        : new VersionPicker(pickers, pickAny);
    this.#updateState(best.state, picker, best.error);
  }

  #createChoice(groups: EndpointGroups<GrpcEndpoint>, version: string | undefined): VersionChoice {
    const usable = groups.findUsable(version);
    const ready = usable.filter(isReady);
    if (isNonEmpty(ready)) {
      // A hash must cover endpoints without a connection as well: otherwise keys would move whenever one reconnects.
      const hashed = groups.balance.kind === 'consistent-hash' && isNonEmpty(usable) ? usable : ready;
      const onEnded = (endpoint: GrpcEndpoint, code: status, trace: Context) =>
        groups.recordResult(endpoint, isServerFailure(code), trace);
      const picker = new EndpointPicker(groups.balance, groups.pick(version, hashed), ready, onEnded);
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

  #updateState(state: connectivityState, picker: experimental.Picker, error: string | null): void {
    this.#state = state;
    this.#channel.updateState(state, picker, error);
  }
}

/** The picker for calls of one version. */
interface VersionChoice {
  readonly state: connectivityState;
  readonly picker: experimental.Picker;
  /** Why no endpoint can be picked. */
  readonly error: string | null;
}

function idOf({ addresses }: experimental.Endpoint): string {
  return addresses.map(experimental.subchannelAddressToString).join();
}

function isNonEmpty<T>(list: readonly T[]): list is NonEmptyList<T> {
  return list.length > 0;
}

experimental.registerLoadBalancerType(BALANCER_NAME, PolicyBalancer, BalancerConfig);
