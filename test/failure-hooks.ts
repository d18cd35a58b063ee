/** Saves the state of a system under test. Receives the title of the failed test. */
export type FailureHook = (title: string) => Promise<void>;

/** Name of the global set of hooks, which the environment of the tests reads. */
export const FAILURE_HOOKS = Symbol.for('weft.failure-hooks');

type HookScope = typeof globalThis & { [FAILURE_HOOKS]?: Set<FailureHook> };

/** Runs `hook` whenever a test of this file fails. Returns a function that removes it. */
export function onTestFailure(hook: FailureHook): () => void {
  const scope = globalThis as HookScope;
  scope[FAILURE_HOOKS] ??= new Set();
  const hooks = scope[FAILURE_HOOKS];
  hooks.add(hook);
  return () => hooks.delete(hook);
}
