import { hostname } from 'node:os';
import { experimental, type Metadata, type status } from '@grpc/grpc-js';
import { hash } from '../balance/hash.ts';
import type { Pick, Some } from '../balance/pick.ts';
import type { OwnBalance } from '../balance/pick-of.ts';
import { type Host, isReady } from './host.ts';

/** How often a key is given another host when its own has no connection. */
const ATTEMPTS = 5;
/** The caller's address is that of its pod, of which the host's name is as good a sign. */
const SOURCE_KEY = hash(`${hostname()}:${process.pid}`);

type OnEnded = (host: Host, code: status) => void;

/** Chooses for each try of a call one of `ready`, and keeps count of what each has in flight. */
export class HostPicker implements experimental.Picker {
  readonly #key: (metadata: Metadata) => number;
  readonly #pick: Pick<Host>;
  readonly #ready: Some<Host>;
  readonly #onEnded: OnEnded;
  #chosen: Try[] = [];

  /** @param pick of hosts of which some may have no connection */
  constructor(balance: OwnBalance, pick: Pick<Host>, ready: Some<Host>, onEnded: OnEnded) {
    this.#key = keyOf(balance);
    this.#pick = pick;
    this.#ready = ready;
    this.#onEnded = onEnded;
  }

  pick(args: experimental.PickArgs): experimental.PickResult {
    const host = this.#host(this.#key(args.metadata));
    const result = host.leaf.getPicker().pick(args);
    if (result.pickResultType !== experimental.PickResultType.COMPLETE) return result;
    const chosen = { host, started: false };
    host.active++;
    this.#watch(chosen);
    return {
      ...result,
      onCallStarted: () => {
        chosen.started = true;
      },
      onCallEnded: (code) => {
        host.active--;
        this.#onEnded(host, code);
      },
    };
  }

  #host(key: number): Host {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const host = this.#pick(key, attempt);
      if (isReady(host)) return host;
    }
    return this.#ready[key % this.#ready.length] ?? this.#ready[0];
  }

  /**
   * A request counts from its pick, so that those that are picked together see each other. Of one that is given up, or
   * picked again, before it begins grpc-js says nothing; it begins in a microtask, or not at all.
   */
  #watch(chosen: Try): void {
    if (this.#chosen.push(chosen) > 1) return;
    setImmediate(() => {
      for (const { host, started } of this.#chosen) if (!started) host.active--;
      this.#chosen = [];
    });
  }
}

interface Try {
  readonly host: Host;
  started: boolean;
}

/** How the key of a request is found; a request without the header goes anywhere, as Envoy has it. */
function keyOf(balance: OwnBalance): (metadata: Metadata) => number {
  if (balance.kind !== 'consistent-hash') return () => 0;
  const { by } = balance;
  if ('source' in by) return () => SOURCE_KEY;
  return (metadata) => {
    const [value] = metadata.get(by.header);
    return value === undefined ? (Math.random() * 2 ** 32) >>> 0 : hash(String(value));
  };
}
