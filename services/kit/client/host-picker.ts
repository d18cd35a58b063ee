import { experimental, Metadata, status } from '@grpc/grpc-js';
import type { Balance } from '../../../mesh/policy/balance.ts';
import { keyOf } from '../balance/key-of.ts';
import { observeLatency } from '../balance/peak-ewma.ts';
import type { Pick, Some } from '../balance/pick.ts';
import { chooseHost } from './choose-host.ts';
import { type GrpcHost as Host, isReady } from './grpc-host.ts';
import { Try } from './try.ts';

const NO_OTHER: experimental.PickResult = {
  pickResultType: experimental.PickResultType.TRANSIENT_FAILURE,
  subchannel: null,
  status: { code: status.UNAVAILABLE, details: 'no other host to hedge with', metadata: new Metadata() },
  onCallStarted: null,
  onCallEnded: null,
};

type OnEnded = (host: Host, code: status) => void;

/** Chooses for each try of a call one of `ready`, and keeps count of what each has in flight. */
export class HostPicker implements experimental.Picker {
  readonly #key: (metadata: Metadata) => number;
  readonly #pick: Pick<Host>;
  readonly #ready: Some<Host>;
  readonly #onEnded: OnEnded;
  readonly #balance: Balance;
  #chosen: Chosen[] = [];

  /** @param pick of hosts of which some may have no connection */
  constructor(balance: Balance, pick: Pick<Host>, ready: Some<Host>, onEnded: OnEnded) {
    this.#key = keyOf(balance, (metadata, header) => metadata.get(header)[0]?.toString());
    this.#pick = pick;
    this.#ready = ready;
    this.#onEnded = onEnded;
    this.#balance = balance;
  }

  pick(args: experimental.PickArgs): experimental.PickResult {
    const options = args.metadata.getOptions();
    const one = options instanceof Try ? options : undefined;
    const host = chooseHost(this.#pick, this.#ready, isReady, this.#key(args.metadata), one);
    if (!host) return NO_OTHER;
    const result = host.leaf.getPicker().pick(args);
    if (result.pickResultType !== experimental.PickResultType.COMPLETE) return result;
    const chosen = { host, started: false };
    if (one) one.host = host;
    host.active++;
    this.#watch(chosen);
    const began = this.#balance.kind === 'peak-ewma' ? performance.now() : 0;
    return {
      ...result,
      onCallStarted: () => {
        chosen.started = true;
        if (!one) return;
        one.sent = true;
        one.onSent?.();
      },
      onCallEnded: (code) => {
        host.active--;
        if (this.#balance.kind === 'peak-ewma') {
          const now = performance.now();
          observeLatency(host, now - began, now, this.#balance.decayTime);
        }
        this.#onEnded(host, code);
      },
    };
  }

  /**
   * A request counts from its pick, so that those that are picked together see each other. Of one that is given up, or
   * picked again, before it begins grpc-js says nothing; it begins in a microtask, or not at all.
   */
  #watch(chosen: Chosen): void {
    if (this.#chosen.push(chosen) > 1) return;
    setImmediate(() => {
      for (const { host, started } of this.#chosen) if (!started) host.active--;
      this.#chosen = [];
    });
  }
}

/** A pick of which is not known yet whether it begins. */
interface Chosen {
  readonly host: Host;
  started: boolean;
}
