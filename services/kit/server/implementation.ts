import type { CallContext, ServiceDefinition } from '../grpc/handlers.ts';

/** A service with its handlers, ready to be served. Made by `implement`. */
export interface Implementation {
  readonly definition: ServiceDefinition;
  readonly methods: readonly ImplementedMethod[];
}

type Stream = AsyncIterable<unknown>;

/** A method with its handler, its types checked by `implement` and then forgotten. */
export type ImplementedMethod = { readonly key: string } & (
  | { readonly kind: 'unary'; readonly handle: (request: unknown, context: CallContext) => Promise<unknown> }
  | { readonly kind: 'serverStream'; readonly handle: (request: unknown, context: CallContext) => Stream }
  | {
      readonly kind: 'clientStream';
      readonly handle: (requests: Stream, context: CallContext) => Promise<unknown>;
    }
  | { readonly kind: 'bidi'; readonly handle: (requests: Stream, context: CallContext) => Stream }
);
