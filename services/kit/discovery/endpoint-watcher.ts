import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../telemetry/log.ts';
import { outsideTrace } from '../telemetry/tracing.ts';
import { sleep } from '../time/sleep.ts';
import type { Endpoint, EndpointListener } from './discovery.ts';
import type { Registry, RegistryResponse } from './registry.ts';
import { type RegistryRetrySettings, withRetryDefaults } from './registry-retry.ts';

/**
 * Watches one address in a registry that may be down, hang, flap or send invalid data. The last endpoints stay in use
 * through an outage. An empty list replaces them only after a grace time: a registry that restarts without data lists
 * nothing, although its services are still running.
 */
export class EndpointWatcher {
  readonly #registry: Registry;
  readonly #address: string;
  readonly #log: Log;
  readonly #settings: Required<RegistryRetrySettings>;
  readonly #listeners = new Set<EndpointListener>();
  readonly #stopping = new AbortController();
  #endpoints: readonly Endpoint[] = [];
  /** Why there are no endpoints. */
  #error: Error | undefined;
  #isFailing = false;
  #invalidEntries: readonly string[] = [];
  #emptyTimer: NodeJS.Timeout | undefined;

  constructor(registry: Registry, address: string, log: Log, settings: RegistryRetrySettings = {}) {
    this.#registry = registry;
    this.#address = address;
    this.#log = log.child({ registry: registry.name, address });
    this.#settings = withRetryDefaults(settings);
    void outsideTrace(() => this.#run());
  }

  /** Adds a listener, and notifies it asynchronously of the current endpoints or error. @returns a function that removes the listener */
  add(listener: EndpointListener): () => void {
    this.#listeners.add(listener);
    setImmediate(() => {
      if (!this.#listeners.has(listener)) return;
      if (this.#endpoints.length > 0) listener.onEndpoints(this.#endpoints);
      else if (this.#error) listener.onError(this.#error);
    });
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#stopping.abort();
    this.#listeners.clear();
    clearTimeout(this.#emptyTimer);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { delayMs, resetAfterMs } = this.#settings;
    for (let failures = 0; !signal.aborted; failures++) {
      const startedAt = performance.now();
      try {
        await this.#registry.watch(this.#address, (response) => this.#handleResponse(response), signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#handleFailure(error instanceof Error ? error : new Error(String(error)));
      }
      if (performance.now() - startedAt > resetAfterMs) failures = 0;
      await sleep(delayMs(failures), signal);
    }
  }

  #handleResponse({ endpoints, invalidEntries }: RegistryResponse): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#isFailing) this.#log.info('registry responds again');
    this.#isFailing = false;
    if (invalidEntries.length > 0 && !isDeepStrictEqual(invalidEntries, this.#invalidEntries))
      this.#log.warn('ignoring invalid entries of the registry', { invalidEntries });
    this.#invalidEntries = invalidEntries;
    if (endpoints.length > 0) this.#setEndpoints(endpoints);
    else if (this.#endpoints.length === 0) this.#notifyError(this.#createEmptyError());
    else this.#startGrace();
  }

  #setEndpoints(endpoints: readonly Endpoint[]): void {
    clearTimeout(this.#emptyTimer);
    this.#emptyTimer = undefined;
    this.#error = undefined;
    if (isDeepStrictEqual(endpoints, this.#endpoints)) return;
    this.#endpoints = endpoints;
    this.#log.debug('endpoints changed', { endpoints });
    for (const listener of this.#listeners) listener.onEndpoints(endpoints);
  }

  #startGrace(): void {
    if (this.#emptyTimer) return;
    const { emptyGraceMs } = this.#settings;
    this.#log.warn('registry lists no endpoints; keeping the last known endpoints', {
      endpointCount: this.#endpoints.length,
      milliseconds: emptyGraceMs,
    });
    this.#emptyTimer = setTimeout(() => {
      this.#emptyTimer = undefined;
      this.#endpoints = [];
      this.#log.warn('registry still lists no endpoints; dropping the last known endpoints');
      this.#notifyError(this.#createEmptyError());
    }, emptyGraceMs).unref();
  }

  #handleFailure(error: Error): void {
    // An unreachable registry no longer confirms that the list is empty.
    clearTimeout(this.#emptyTimer);
    this.#emptyTimer = undefined;
    const fields = { endpointCount: this.#endpoints.length, error };
    if (this.#isFailing) this.#log.debug('registry still does not respond', fields);
    else this.#log.warn('registry does not respond; keeping the last known endpoints', fields);
    this.#isFailing = true;
    if (this.#endpoints.length === 0) this.#notifyError(error);
  }

  #createEmptyError(): Error {
    return new Error(
      `${this.#registry.name} has no endpoints for ${this.#address}; start an instance of the service, or wait until one registers`,
    );
  }

  #notifyError(error: Error): void {
    this.#error = error;
    for (const listener of this.#listeners) listener.onError(error);
  }
}
