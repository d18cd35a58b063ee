import type { status } from '@grpc/grpc-js';
import type { Try } from './try.ts';

/** What calls are made in, as far as a CallLayer has to know. */
export interface Protocol {
  /** Whether the callee failed; undefined when the call was given up, or its error is the caller's own. */
  hasFailed(error: unknown): boolean | undefined;
  /** What a callee's answer with the gRPC status `code` is; noted in the try as its failure. */
  abort(one: Try, code: status): Error;
}
