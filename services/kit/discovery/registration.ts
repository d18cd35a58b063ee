import type { Background } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { sleep } from '../time/sleep.ts';
import type { Membership } from './membership.ts';
import { patienceOf } from './patience.ts';

/** Longest that stopping waits for the registry, in milliseconds. */
const LEAVE_MS = 2_000;

export interface RegistrationOptions {
  readonly log: Log;
  /** Time to live in the registry, in milliseconds: a third of it lies between two renewals. */
  readonly ttlMs: number;
  /** Pause after a failure, in milliseconds, by the number of those before. @default jittered; at most a third of ttlMs */
  readonly pauseMs?: (failures: number) => number;
}

/**
 * Keeps this process in a registry's list from `start` to `stop`. A registry that is dead is tried again and again, one
 * that has forgotten it is told anew; neither stops the process.
 */
export class Registration implements Background {
  readonly #membership: Membership;
  readonly #options: RegistrationOptions;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #isOut = false;

  constructor(membership: Membership, options: RegistrationOptions) {
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
      await this.#membership.leave(AbortSignal.timeout(LEAVE_MS));
      this.#log.info('deregistered');
    } catch (error) {
      this.#log.warn('not deregistered; the registry lists this process until its time to live is over', {
        error,
      });
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { ttlMs, pauseMs = patienceOf({}).pauseMs } = this.#options;
    let joined = false;
    for (let failures = 0; !signal.aborted; ) {
      try {
        joined = await this.#keep(joined, signal);
        failures = 0;
        await sleep(ttlMs / 3, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#log[this.#isOut ? 'debug' : 'warn']('not registered; trying again', { error });
        this.#isOut = true;
        await sleep(Math.min(pauseMs(failures++), ttlMs / 3), signal);
      }
    }
  }

  async #keep(joined: boolean, signal: AbortSignal): Promise<true> {
    if (joined && (await this.#membership.renew(signal))) {
      if (this.#isOut) this.#log.info('registration is renewed again');
    } else {
      await this.#membership.join(signal);
      this.#log.info(joined ? 'registered anew: the registry had forgotten this process' : 'registered');
    }
    this.#isOut = false;
    return true;
  }
}
