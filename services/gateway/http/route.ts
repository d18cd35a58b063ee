import type { z } from 'zod';
import type { CallContext } from '../../kit/grpc/handlers.ts';
import type { Bearer } from '../access/bearer.ts';
import type { EdgeErrorCode } from '../errors.ts';
import type { Lines } from './line-body.ts';
import type { FieldNames } from './rename-fields.ts';

/** How a body is read: whole, or line by line as it arrives. */
export type RequestBody =
  | { readonly kind: 'json'; readonly schema: z.ZodType }
  | { readonly kind: 'lines'; readonly schema: z.ZodType };

/** What a success looks like. */
export type Answer = {
  readonly status: number;
  readonly description: string;
  /** Headers besides those that every answer has: what each is for. */
  readonly headers?: Readonly<Record<string, string>>;
} & (
  | { readonly kind: 'json'; readonly schema: z.ZodType; readonly type?: string }
  /** Server-sent events; the schema is that of the data. */
  | { readonly kind: 'events'; readonly event: string; readonly schema: z.ZodType }
  /** JSON objects, each on a line of its own. */
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

/** A request that fits its route's schemas. */
export interface Input<P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly headers: z.output<H>;
  readonly body: BodyOf<B>;
  /** Who asks; undefined on a public route. */
  readonly bearer: Bearer | undefined;
  /** To be passed on with every call: its signal aborts when the client leaves. */
  readonly context: CallContext;
}

export interface Reply<A> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: AnswerOf<A>;
}

export interface RouteDefinition<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  H extends z.ZodObject,
  B extends RequestBody | undefined,
  A extends Answer,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With parameters in braces, as the service graph writes it: `/v1/orders/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Whether the handler needs to know who asks; who else may is the graph's to say. */
  readonly needsBearer: boolean;
  readonly params: P;
  readonly query: Q;
  /** Request headers that mean something here, in lower case. */
  readonly headers: H;
  readonly body: B;
  readonly answer: A;
  /** Errors besides those that every route may answer. */
  readonly errors: readonly EdgeErrorCode[];
  /** Fields of the callee's request that have another name for the client. Errors use the client's name. */
  readonly fields: FieldNames;
  /** How many requests it counts as against the rate limit. */
  readonly cost: number;
  handle(input: Input<P, Q, H, B>): Promise<Reply<A>> | Reply<A>;
}

/** One operation of the HTTP interface: what it takes, what it answers, and how. */
export type Route = RouteDefinition<z.ZodObject, z.ZodObject, z.ZodObject, RequestBody | undefined, Answer>;
