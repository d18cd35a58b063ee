import vm from 'node:vm';
import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { FAILURE_HOOKS, type FailureHook } from './failure-hooks.ts';

/**
 * Runs each test file in a context of its own, as jest-environment-node does, with ordinary global objects. The context
 * of jest-environment-node has a Proxy as its global object, so that each use of a name such as `Math` or `Promise` is a
 * call into the Proxy. Code that hashes or loops spends most of its time there.
 */
export default class FastGlobalsEnvironment extends TestEnvironment {
  constructor(...parameters: ConstructorParameters<typeof TestEnvironment>) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...parameters);
    } finally {
      vm.createContext = createContext;
    }
  }

  /** Runs the hooks of a failed test before its `afterEach` and `afterAll`, which stop the systems under test. */
  async handleTestEvent(event: Circus.AsyncEvent | Circus.SyncEvent): Promise<void> {
    if (event.name !== 'test_fn_failure') return;
    const { [FAILURE_HOOKS]: hooks } = this.global as { readonly [FAILURE_HOOKS]?: ReadonlySet<FailureHook> };
    for (const hook of hooks ?? []) await hook(titleOf(event.test));
  }
}

/** Returns the title of a test with those of its `describe` blocks. */
function titleOf({ name, parent }: Circus.TestEntry): string {
  const titles = [name];
  for (let block: Circus.DescribeBlock | undefined = parent; block?.parent; block = block.parent)
    titles.unshift(block.name);
  return titles.join(' ');
}
