import type { Background } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { sleep } from '../time/sleep.ts';
import type { Endpoint } from './discovery.ts';
import { withRetryDefaults } from './registry-retry.ts';

/** The data that a process registers about itself. */
export interface ServiceInstance extends Endpoint {
  readonly service: string;
  /** Time to live without a renewal, in milliseconds. */
  readonly ttlMs: number;
}

/** The entry of this process in one registry. Each request has a timeout of a third of the time to live. */
export interface RegistryMembership {
  /** For the log: `consul at http://127.0.0.1:8500`. */
  readonly registry: string;
  /** Adds the entry. Idempotent. */
  join(signal: AbortSignal): Promise<void>;
  /** Renews the entry. Resolves with false if the registry no longer has it. */
  renew(signal: AbortSignal): Promise<boolean>;
  /** Removes the entry. Idempotent. */
  leave(signal: AbortSignal): Promise<void>;
}

/** Time limit for deregistration during shutdown, in milliseconds. */
const LEAVE_TIMEOUT_MS = 2_000;

export interface RegistrationOptions {
  readonly log: Log;
  /** Time to live in the registry, in milliseconds. The entry is renewed three times in it. */
  readonly ttlMs: number;
  /** Returns the delay after a failure, in milliseconds; capped at a third of ttlMs. @default jittered */
  readonly delayMs?: (failures: number) => number;
}

/**
 * Keeps this process registered from `start` to `stop`. Retries while the registry is unavailable, and registers again
 * if the registry lost the entry. An unavailable registry does not stop the process.
 */
export class Registration implements Background {
  readonly #membership: RegistryMembership;
  readonly #options: RegistrationOptions;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #isFailing = false;

  constructor(membership: RegistryMembership, options: RegistrationOptions) {
    this.#membership = membership;
    this.#options = options;
    this.#log = options.log.child({ registry: membership.registry });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (!this.#running) return;
    await this.#running;
    this.#running = undefined;
    try {
      await this.#membership.leave(AbortSignal.timeout(LEAVE_TIMEOUT_MS));
      this.#log.info('deregistered');
    } catch (error) {
      this.#log.warn('deregistration failed; the registry keeps the entry until its TTL expires', {
        error,
      });
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { ttlMs, delayMs = withRetryDefaults({}).delayMs } = this.#options;
    let isMember = false;
    for (let failures = 0; !signal.aborted; ) {
      try {
        isMember = await this.#renewOrJoin(isMember, signal);
        failures = 0;
        await sleep(ttlMs / 3, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#log[this.#isFailing ? 'debug' : 'warn']('registration failed; retrying', { error });
        this.#isFailing = true;
        await sleep(Math.min(delayMs(failures++), ttlMs / 3), signal);
      }
    }
  }

  async #renewOrJoin(isMember: boolean, signal: AbortSignal): Promise<true> {
    if (isMember && (await this.#membership.renew(signal))) {
      if (this.#isFailing) this.#log.info('registration renewed after failures');
    } else {
      await this.#membership.join(signal);
      this.#log.info(isMember ? 'registered again after the registry lost the entry' : 'registered');
    }
    this.#isFailing = false;
    return true;
  }
}
