import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../telemetry/log.ts';
import { sleep } from '../time/sleep.ts';
import type { Endpoint, Watcher } from './discovery.ts';
import { type Patience, patienceOf } from './patience.ts';
import type { Answer, Registry } from './registry.ts';

/**
 * What is known of one address, from a registry that may be dead, hang, flap or answer nonsense. The last endpoints hold
 * through an outage. Empty answers count only when there is nothing else for the whole of a grace time: a registry that
 * starts again knows nobody, and those it lists are still there.
 */
export class Following {
  readonly #registry: Registry;
  readonly #address: string;
  readonly #log: Log;
  readonly #patience: Required<Patience>;
  readonly #watchers = new Set<Watcher>();
  readonly #stopping = new AbortController();
  #known: readonly Endpoint[] = [];
  /** Why nothing is known. */
  #error: Error | undefined;
  #isOut = false;
  #leftOut: readonly string[] = [];
  #emptyFor: NodeJS.Timeout | undefined;

  constructor(registry: Registry, address: string, log: Log, patience: Patience = {}) {
    this.#registry = registry;
    this.#address = address;
    this.#log = log.child({ registry: registry.name, address });
    this.#patience = patienceOf(patience);
    void this.#run();
  }

  /** @returns what takes the watcher away again */
  add(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    setImmediate(() => {
      if (!this.#watchers.has(watcher)) return;
      if (this.#known.length > 0) watcher.endpoints(this.#known);
      else if (this.#error) watcher.error(this.#error);
    });
    return () => this.#watchers.delete(watcher);
  }

  close(): void {
    this.#stopping.abort();
    this.#watchers.clear();
    clearTimeout(this.#emptyFor);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { pauseMs, longestPauseMs } = this.#patience;
    for (let failures = 0; !signal.aborted; failures++) {
      const began = performance.now();
      try {
        await this.#registry.follow(this.#address, (answer) => this.#heard(answer), signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#failed(error instanceof Error ? error : new Error(String(error)));
      }
      if (performance.now() - began > longestPauseMs) failures = 0;
      await sleep(pauseMs(failures), signal);
    }
  }

  #heard({ endpoints, leftOut }: Answer): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#isOut) this.#log.info('registry answers again');
    this.#isOut = false;
    if (leftOut.length > 0 && !isDeepStrictEqual(leftOut, this.#leftOut))
      this.#log.warn('entries of the registry are left out', { leftOut });
    this.#leftOut = leftOut;
    if (endpoints.length > 0) this.#take(endpoints);
    else if (this.#known.length === 0) this.#tellError(this.#nobody());
    else this.#doubt();
  }

  #take(endpoints: readonly Endpoint[]): void {
    clearTimeout(this.#emptyFor);
    this.#emptyFor = undefined;
    this.#error = undefined;
    if (isDeepStrictEqual(endpoints, this.#known)) return;
    this.#known = endpoints;
    this.#log.debug('endpoints changed', { endpoints });
    for (const watcher of this.#watchers) watcher.endpoints(endpoints);
  }

  #doubt(): void {
    if (this.#emptyFor) return;
    const { emptyGraceMs } = this.#patience;
    this.#log.warn('registry has no endpoints; the last known hold', {
      known: this.#known.length,
      milliseconds: emptyGraceMs,
    });
    this.#emptyFor = setTimeout(() => {
      this.#emptyFor = undefined;
      this.#known = [];
      this.#log.warn('registry still has no endpoints; the last known are given up');
      this.#tellError(this.#nobody());
    }, emptyGraceMs).unref();
  }

  #failed(error: Error): void {
    // What is silent does not go on saying that nobody is there.
    clearTimeout(this.#emptyFor);
    this.#emptyFor = undefined;
    const fields = { known: this.#known.length, error };
    if (this.#isOut) this.#log.debug('registry still does not answer', fields);
    else this.#log.warn('registry does not answer; the last known endpoints hold', fields);
    this.#isOut = true;
    if (this.#known.length === 0) this.#tellError(error);
  }

  #nobody(): Error {
    return new Error(`${this.#registry.name} has no endpoints of ${this.#address}; start one, or wait`);
  }

  #tellError(error: Error): void {
    this.#error = error;
    for (const watcher of this.#watchers) watcher.error(error);
  }
}
