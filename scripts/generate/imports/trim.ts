import { type JsonSchema, mapSchemas } from '../../../mesh/check/schema/json-schema.ts';

const KEYWORDS = new Set([
  'description',
  'type',
  'format',
  'properties',
  'additionalProperties',
  'items',
  'required',
  'enum',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'nullable',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
]);

/**
 * Pattern of a quantity such as `500m`, `1.5Gi` or `1e3` (apimachinery, pkg/api/resource), which schemas do not have.
 */
const QUANTITY = '^[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?$';

/** Fields of ObjectMeta that only the server writes. */
const SERVER_METADATA = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/**
 * Returns the definitions in `all` that `roots` need, without fields that the server writes (status, parts of
 * metadata), defaults and descriptions.
 */
export function trimDefinitions(
  all: Readonly<Record<string, JsonSchema>>,
  roots: readonly string[],
): Record<string, JsonSchema> {
  const definitions: Record<string, JsonSchema> = {};
  const visit = (name: string): void => {
    const schema = all[name];
    if (name in definitions || !schema) return;
    definitions[name] = {};
    const dropped =
      'x-kubernetes-group-version-kind' in schema
        ? ['status']
        : name.endsWith('.ObjectMeta')
          ? SERVER_METADATA
          : [];
    const { description: _, ...trimmed } = trim(without(schema, dropped), { describe: false, visit });
    definitions[name] = name.endsWith('.Quantity') ? { ...trimmed, pattern: QUANTITY } : trimmed;
  };
  roots.forEach(visit);
  return Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Returns the schema of a CRD without its status, and with the first sentence of each description. */
export function trimCrd(schema: JsonSchema): JsonSchema {
  return trim(without(schema, ['status']), { describe: true, visit: () => {} });
}

function without(schema: JsonSchema, dropped: readonly string[]): JsonSchema {
  const fields = Object.entries(schema.properties ?? {}).filter(([field]) => !dropped.includes(field));
  return schema.properties ? { ...schema, properties: Object.fromEntries(fields) } : schema;
}

interface Trimming {
  readonly describe: boolean;
  /** Called for each referenced definition. */
  readonly visit: (definition: string) => void;
}

function trim(schema: JsonSchema, trimming: Trimming): JsonSchema {
  // The API server writes a reference with a default as the only part of an allOf.
  const ref = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
  if (ref) {
    const definition = ref.slice(ref.lastIndexOf('/') + 1);
    trimming.visit(definition);
    return { $ref: `#/definitions/${definition}` };
  }
  const trimmed = Object.fromEntries(Object.entries(schema).filter(([keyword]) => KEYWORDS.has(keyword)));
  if (schema.description && trimming.describe) trimmed.description = firstSentence(schema.description);
  else delete trimmed.description;
  return mergeTypes(mapSchemas(trimmed, (part) => trim(part, trimming)));
}

/** Merges a union of types, which the API server writes as alternatives with only a type. */
function mergeTypes(schema: JsonSchema): JsonSchema {
  const { oneOf, format: _, ...rest } = schema;
  const types = oneOf?.map(({ type, ...others }) => (Object.keys(others).length === 0 ? type : undefined));
  return types?.every((type) => typeof type === 'string') ? { ...rest, type: types } : schema;
}

function firstSentence(text: string): string {
  const sentence = /^.*?[.:](?=\s|$)/s.exec(text)?.[0] ?? text;
  return sentence.replace(/\s+/g, ' ').trim();
}
