import { z } from 'zod';
import type { HttpOperation, RequestBody, ResponseDefinition, RouteDefinition } from './route.ts';

const EMPTY_SCHEMA = z.strictObject({});
type EmptySchema = typeof EMPTY_SCHEMA;

type OptionalField = 'params' | 'query' | 'headers' | 'body' | 'errors' | 'needsBearer' | 'fields' | 'cost';

/**
 * Returns an operation whose handler is type-checked against its schemas. Defaults: no parameters, no body, no errors of its
 * own, no bearer, and a cost of one request.
 */
export function defineOperation<
  Answer extends ResponseDefinition,
  Params extends z.ZodObject = EmptySchema,
  Query extends z.ZodObject = EmptySchema,
  Headers extends z.ZodObject = EmptySchema,
  Body extends RequestBody | undefined = undefined,
>(
  definition: Omit<RouteDefinition<Params, Query, Headers, Body, Answer>, OptionalField> &
    Partial<Pick<RouteDefinition<Params, Query, Headers, Body, Answer>, OptionalField>>,
): HttpOperation {
  const empty = { params: EMPTY_SCHEMA, query: EMPTY_SCHEMA, headers: EMPTY_SCHEMA, body: undefined };
  // The signature checks the handler against the schemas with which dispatch parses its input.
  return {
    ...empty,
    errors: [],
    needsBearer: false,
    fields: {},
    cost: 1,
    ...definition,
  } as unknown as HttpOperation;
}
