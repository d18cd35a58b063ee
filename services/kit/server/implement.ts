import type { Handlers, ServiceDefinition } from '../grpc/handlers.ts';
import type { Implementation, ImplementedMethod } from './implementation.ts';

/** Joins a service with its handlers; the types ask for one of the right shape for each method. */
export function implement<S extends ServiceDefinition>(definition: S, handlers: Handlers<S>): Implementation {
  const methods = Object.entries(definition.methods).map(([key, method]) => {
    const kind = method.requestStream
      ? method.responseStream
        ? 'bidi'
        : 'clientStream'
      : method.responseStream
        ? 'serverStream'
        : 'unary';
    // The mapped type above has checked each handler against its method; here only their kind matters.
    return { key, kind, handle: handlers[key as keyof typeof handlers] } as unknown as ImplementedMethod;
  });
  return { definition, methods };
}
