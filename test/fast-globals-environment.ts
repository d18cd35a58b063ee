import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

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
}
