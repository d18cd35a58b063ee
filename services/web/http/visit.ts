import type { IncomingMessage } from 'node:http';
import type { EdgeRoute } from '../../../mesh/policy/edge.ts';
import type { Bearer } from '../../kit/edge/bearer.ts';
import type { CallContext } from '../../kit/grpc/handlers.ts';
import type { Formats } from '../format/formats.ts';

/** The visitor of a page, as far as every page shows it. */
export interface Visitor {
  /** Account of the session cookie; undefined for a visitor who is not signed in. */
  readonly bearer: Bearer | undefined;
  /** Id in the cart cookie; undefined if there is none. */
  readonly cartId: string | undefined;
  /** Units in the cart. */
  readonly cartUnits: number;
  readonly formats: Formats;
  /** Whether the browser uses HTTPS. */
  readonly isSecure: boolean;
}

/** One request for a page, or of a form. */
export interface Visit extends Visitor {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Fields of the form; empty without one. */
  readonly form: Readonly<Record<string, string>>;
  /** For bodies that are read as they arrive. */
  readonly request: IncomingMessage;
  readonly rule: EdgeRoute;
  /** Context to pass on with every call. Its signal aborts when the browser disconnects. */
  readonly context: CallContext;
}
