import type { AppVersion } from '../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';

/** The policy of a call, which may change while calls are under way: each call, and each choice, takes that of its moment. */
export class LivePolicy {
  #current: CallPolicy;
  #versions: readonly AppVersion[] | undefined;
  readonly #followers = new Set<() => void>();

  /** @param versions those of the callee, when there are several */
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

  change(policy: CallPolicy, versions?: readonly AppVersion[]): void {
    this.#current = policy;
    this.#versions = versions;
    for (const follow of this.#followers) follow();
  }

  /** @returns what ends it */
  onChange(follow: () => void): () => void {
    this.#followers.add(follow);
    return () => this.#followers.delete(follow);
  }
}
