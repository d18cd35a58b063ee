import { experimental, Metadata, status } from '@grpc/grpc-js';
import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Balance } from '../../../mesh/policy/balance.ts';
import type { EndpointPick, NonEmptyList } from '../balance/endpoint-pick.ts';
import { createKeyReader } from '../balance/hash-key.ts';
import { recordLatency } from '../balance/peak-ewma.ts';
import { CallAttempt } from './call-attempt.ts';
import { type GrpcEndpoint, isReady } from './callee-endpoint.ts';
import { chooseEndpoint } from './choose-endpoint.ts';

type Picker = experimental.Picker;
type OnEnded = (endpoint: GrpcEndpoint, code: status, trace: Context) => void;

const NO_OTHER_ENDPOINT: experimental.PickResult = {
  pickResultType: experimental.PickResultType.TRANSIENT_FAILURE,
  subchannel: null,
  status: {
    code: status.UNAVAILABLE,
    details: 'no other endpoint is available for a hedged attempt',
    metadata: new Metadata(),
  },
  onCallStarted: null,
  onCallEnded: null,
};

/** Picks an endpoint for each attempt, and counts the requests in flight of each endpoint. */
export class EndpointPicker implements Picker {
  readonly #readKey: (metadata: Metadata) => number;
  readonly #pick: EndpointPick<GrpcEndpoint>;
  readonly #ready: NonEmptyList<GrpcEndpoint>;
  readonly #onEnded: OnEnded;
  readonly #balance: Balance;
  #unconfirmed: PickedEndpoint[] = [];

  /**
   * @param pick balancer over endpoints, some of which may have no connection
   * @param ready the endpoints with a connection
   */
  constructor(
    balance: Balance,
    pick: EndpointPick<GrpcEndpoint>,
    ready: NonEmptyList<GrpcEndpoint>,
    onEnded: OnEnded,
  ) {
    this.#readKey = createKeyReader(balance, (metadata, header) => metadata.get(header)[0]?.toString());
    this.#pick = pick;
    this.#ready = ready;
    this.#onEnded = onEnded;
    this.#balance = balance;
  }

  pick(args: experimental.PickArgs): experimental.PickResult {
    const options = args.metadata.getOptions();
    const attempt = options instanceof CallAttempt ? options : undefined;
    const endpoint = chooseEndpoint(this.#pick, this.#ready, isReady, this.#readKey(args.metadata), attempt);
    if (!endpoint) return NO_OTHER_ENDPOINT;
    const result = endpoint.leaf.getPicker().pick(args);
    if (result.pickResultType !== experimental.PickResultType.COMPLETE) return result;
    const picked = { endpoint, isStarted: false };
    if (attempt) attempt.endpoint = endpoint;
    endpoint.activeRequests++;
    this.#expectStart(picked);
    const startedAt = this.#balance.kind === 'peak-ewma' ? performance.now() : 0;
    return {
      ...result,
      onCallStarted: () => {
        picked.isStarted = true;
        attempt?.markSent();
      },
      onCallEnded: (code) => {
        endpoint.activeRequests--;
        if (this.#balance.kind === 'peak-ewma') {
          const now = performance.now();
          recordLatency(endpoint, now - startedAt, now, this.#balance.decayTime);
        }
        this.#onEnded(endpoint, code, attempt?.trace ?? ROOT_CONTEXT);
      },
    };
  }

  /**
   * Uncounts a pick whose call never starts. A request counts from its pick, so that concurrent picks see each other.
   * grpc-js reports nothing for a call that is cancelled or picked again before it starts, which would leak the count.
   * A call starts in a microtask after its pick or not at all.
   */
  #expectStart(picked: PickedEndpoint): void {
    if (this.#unconfirmed.push(picked) > 1) return;
    setImmediate(() => {
      for (const { endpoint, isStarted } of this.#unconfirmed) if (!isStarted) endpoint.activeRequests--;
      this.#unconfirmed = [];
    });
  }
}

interface PickedEndpoint {
  readonly endpoint: GrpcEndpoint;
  isStarted: boolean;
}

/** Fails calls of a version that was removed after the call was routed to it. The message is Envoy's. */
const NO_SUCH_VERSION = new experimental.UnavailablePicker({ details: 'no healthy upstream' });

/** Delegates each attempt to the picker of the version that its call is routed to. */
export class VersionPicker implements Picker {
  readonly #pickers: ReadonlyMap<string | undefined, Picker>;
  readonly #createAnyPicker: () => Picker;

  /** @param createAnyPicker for calls that began before the callee had versions */
  constructor(pickers: ReadonlyMap<string | undefined, Picker>, createAnyPicker: () => Picker) {
    this.#pickers = pickers;
    this.#createAnyPicker = createAnyPicker;
  }

  pick(args: experimental.PickArgs): experimental.PickResult {
    const options = args.metadata.getOptions();
    const version = options instanceof CallAttempt ? options.version : undefined;
    const picker =
      this.#pickers.get(version) ?? (version === undefined ? this.#createAnyPicker() : NO_SUCH_VERSION);
    return picker.pick(args);
  }
}
