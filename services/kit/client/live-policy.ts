import type { AppVersion } from '../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';

/** A call policy that may change at run time. A change applies to calls that start after it. */
export class LivePolicy {
  #current: CallPolicy;
  #versions: readonly AppVersion[] | undefined;
  readonly #listeners = new Set<() => void>();

  /** @param versions of the callee, if it has several */
  constructor(policy: CallPolicy, versions?: readonly AppVersion[]) {
    this.#current = policy;
    this.#versions = versions;
  }

  get current(): CallPolicy {
    return this.#current;
  }

  get versions(): readonly AppVersion[] | undefined {
    return this.#versions;
  }

  /** Replaces the policy and notifies the listeners. */
  change(policy: CallPolicy, versions?: readonly AppVersion[]): void {
    this.#current = policy;
    this.#versions = versions;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after each change. @returns a function that removes the listener */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
