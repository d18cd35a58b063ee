import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';

/** The policy of a call, which may change while calls are under way: each call, and each choice, takes that of its moment. */
export class LivePolicy {
  #current: CallPolicy;
  readonly #followers = new Set<() => void>();

  constructor(policy: CallPolicy) {
    this.#current = policy;
  }

  get current(): CallPolicy {
    return this.#current;
  }

  change(policy: CallPolicy): void {
    this.#current = policy;
    for (const follow of this.#followers) follow();
  }

  /** @returns what ends it */
  onChange(follow: () => void): () => void {
    this.#followers.add(follow);
    return () => this.#followers.delete(follow);
  }
}
