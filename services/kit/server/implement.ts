import type { CallContext, Handlers, ServiceDefinition } from '../grpc/handlers.ts';

/** A service definition with its handlers. Created by `implement`. */
export interface Implementation {
  readonly definition: ServiceDefinition;
  readonly methods: readonly ImplementedMethod[];
}

type Stream = AsyncIterable<unknown>;

/** A method with its handler. `implement` has checked the message types, which are erased here. */
export type ImplementedMethod = { readonly key: string } & (
  | { readonly kind: 'unary'; readonly handle: (request: unknown, context: CallContext) => Promise<unknown> }
  | { readonly kind: 'serverStream'; readonly handle: (request: unknown, context: CallContext) => Stream }
  | {
      readonly kind: 'clientStream';
      readonly handle: (requests: Stream, context: CallContext) => Promise<unknown>;
    }
  | { readonly kind: 'bidi'; readonly handle: (requests: Stream, context: CallContext) => Stream }
);

/** Combines a service definition with its handlers. The types require a handler of the right shape for each method. */
export function implement<S extends ServiceDefinition>(definition: S, handlers: Handlers<S>): Implementation {
  const methods = Object.entries(definition.methods).map(([key, method]) => {
    const kind = method.requestStream
      ? method.responseStream
        ? 'bidi'
        : 'clientStream'
      : method.responseStream
        ? 'serverStream'
        : 'unary';
    // The type Handlers has checked each handler against its method; from here on only the kind matters.
    return { key, kind, handle: handlers[key as keyof typeof handlers] } as unknown as ImplementedMethod;
  });
  return { definition, methods };
}
