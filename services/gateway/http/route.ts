import type { z } from 'zod';
import type { EdgeRoute } from '../../../mesh/policy/edge.ts';
import type { Bearer } from '../../kit/edge/bearer.ts';
import type { Lines } from '../../kit/edge/line-body.ts';
import type { FieldNames } from '../../kit/edge/rename-fields.ts';
import type { CallContext } from '../../kit/grpc/handlers.ts';
import type { EdgeErrorCode } from '../errors.ts';

/** How a body is read: whole, or line by line as it arrives. */
export type RequestBody =
  | { readonly kind: 'json'; readonly schema: z.ZodType }
  | { readonly kind: 'lines'; readonly schema: z.ZodType };

/** Response of a successful request. */
export type ResponseDefinition = {
  readonly status: number;
  readonly description: string;
  /** Descriptions of additional headers. */
  readonly headers?: Readonly<Record<string, string>>;
} & (
  | { readonly kind: 'json'; readonly schema: z.ZodType; readonly type?: string }
  /** Server-sent events; the schema describes the data. */
  | { readonly kind: 'events'; readonly event: string; readonly schema: z.ZodType }
  /** One JSON object per line. */
  | { readonly kind: 'lines'; readonly schema: z.ZodType }
  | { readonly kind: 'page' }
);

type BodyOf<B> = B extends { kind: 'json'; schema: infer S extends z.ZodType }
  ? z.output<S>
  : B extends { kind: 'lines'; schema: infer S extends z.ZodType }
    ? Lines<z.output<S>>
    : undefined;

type AnswerOf<A> = A extends { kind: 'json'; schema: infer S extends z.ZodType }
  ? z.input<S>
  : A extends { kind: 'events' | 'lines'; schema: infer S extends z.ZodType }
    ? AsyncIterable<z.input<S>>
    : string;

/** A request that matches its route's schemas. */
export interface Input<Params extends z.ZodType, Query extends z.ZodType, Headers extends z.ZodType, Body> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly headers: z.output<Headers>;
  readonly body: BodyOf<Body>;
  /** Account of the client; undefined on a public route. */
  readonly bearer: Bearer | undefined;
  /** Context to pass on with every call. Its signal aborts when the client disconnects. */
  readonly context: CallContext;
}

export interface Reply<A> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: AnswerOf<A>;
}

export interface RouteDefinition<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends RequestBody | undefined,
  Answer extends ResponseDefinition,
> {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Whether the handler needs the account of the client. The graph decides about access. */
  readonly needsBearer: boolean;
  readonly params: Params;
  readonly query: Query;
  /** Request headers of the route, in lower case. */
  readonly headers: Headers;
  readonly body: Body;
  readonly answer: Answer;
  /** Errors in addition to those of every route. */
  readonly errors: readonly EdgeErrorCode[];
  /** Fields of the callee's request with a different name in the client's request. Errors use the client's name. */
  readonly fields: FieldNames;
  /** Cost against the rate limit, in requests. */
  readonly cost: number;
  handle(input: Input<Params, Query, Headers, Body>): Promise<Reply<Answer>> | Reply<Answer>;
}

/** One operation of the HTTP API. The graph declares its method, path and access. */
export type HttpOperation = RouteDefinition<
  z.ZodObject,
  z.ZodObject,
  z.ZodObject,
  RequestBody | undefined,
  ResponseDefinition
>;

/** Operations by the names under which the graph declares them. */
export type HttpOperations = Readonly<Record<string, HttpOperation>>;

/** An operation with its route in the graph. */
export interface HttpRoute {
  readonly rule: EdgeRoute;
  readonly operation: HttpOperation;
}
