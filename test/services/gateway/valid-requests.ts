import fc from 'fast-check';
import type {
  OpenApiDocument,
  OpenApiSchema,
  Operation,
} from '../../../services/gateway/documentation/openapi-document.ts';

/** A request that the OpenAPI document allows. */
export interface ValidRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Generates requests of an operation from its schemas alone. */
export function validRequests(
  document: OpenApiDocument,
  path: string,
  { parameters, requestBody }: Operation,
): fc.Arbitrary<ValidRequest> {
  const [content] = Object.entries(requestBody?.content ?? {});
  const values = fc.record(
    Object.fromEntries(parameters.map(({ name, schema }) => [name, valuesOf(schema, document)])),
    { requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name) },
  );
  return fc
    .tuple(values, content ? bodyOf(content, document) : fc.constant(undefined))
    .map(([input, body]) => {
      const of = (place: string) =>
        parameters.filter((one) => one.in === place && input[one.name] !== undefined);
      const text = (name: string) => String(input[name]);
      const query = new URLSearchParams(
        of('query').map(({ name }) => [name, text(name)] as [string, string]),
      );
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(text(name)));
      return {
        path: query.size > 0 ? `${filled}?${query}` : filled,
        headers: {
          ...Object.fromEntries(of('header').map(({ name }) => [name, text(name)])),
          ...(content && { 'content-type': content[0] }),
        },
        ...(body !== undefined && { body }),
      };
    });
}

function bodyOf(
  [, media]: [string, { readonly schema: OpenApiSchema; readonly 'x-item-schema'?: OpenApiSchema }],
  document: OpenApiDocument,
): fc.Arbitrary<string> {
  const item = media['x-item-schema'];
  if (!item) return valuesOf(media.schema, document).map((value) => JSON.stringify(value));
  return fc
    .array(valuesOf(item, document), { maxLength: 3 })
    .map((items) => items.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

/** Generates values that a schema allows. @throws Error for a keyword that it does not know */
function valuesOf(schema: OpenApiSchema, document: OpenApiDocument): fc.Arbitrary<unknown> {
  const { $ref, enum: choices, anyOf, type } = schema;
  if ($ref !== undefined) {
    const named = document.components.schemas[$ref.split('/').at(-1) ?? ''];
    if (!named) throw new Error(`${$ref} does not exist`);
    return valuesOf(named, document);
  }
  if (choices) return fc.constantFrom(...choices);
  if (anyOf) return fc.oneof(...anyOf.map((one) => valuesOf(one, document)));
  if (type === 'object') return objectOf(schema, document);
  if (type === 'array' && schema.items) {
    const limits = { minLength: Number(schema.minItems ?? 0), maxLength: Number(schema.maxItems ?? 5) };
    return fc.array(valuesOf(schema.items, document), { ...limits, size: 'small' });
  }
  if (type === 'integer') {
    return fc.integer({ min: Number(schema.minimum), max: Number(schema.maximum) });
  }
  if (type === 'string') return textOf(schema);
  throw new Error(`no generator for ${JSON.stringify(schema)}`);
}

function objectOf({ properties = {}, required = [] }: OpenApiSchema, document: OpenApiDocument) {
  const fields = Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema, document)]);
  const model: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(fields);
  return fc.record(model, { requiredKeys: [...required], noNullPrototype: true });
}

function textOf({ format, pattern, minLength, maxLength }: OpenApiSchema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  const [min, max] = [Number(minLength ?? 0), Number(maxLength ?? 300)];
  if (pattern === undefined) return fc.string({ unit: 'binary', minLength: min, maxLength: max });
  const expression = new RegExp(String(pattern), 'u');
  // JSON Schema counts code points.
  const isValid = (text: string) => {
    const { length } = [...text];
    return length >= min && length <= max && expression.test(text);
  };
  // fast-check cannot invert look-ahead.
  const source = /\(\?[=!]/.test(expression.source)
    ? fc.string({ unit: 'grapheme-composite', minLength: min, maxLength: Math.min(max, 200) })
    : fc.stringMatching(new RegExp(expression.source));
  return source.filter(isValid);
}
