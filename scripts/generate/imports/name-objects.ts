import { type JsonSchema, mapSchemas } from '../../../mesh/check/schema/json-schema.ts';

/**
 * Moves every object inside the schema of `kind` to a named definition, such as `VirtualServiceHttp` for the items of
 * `spec.http`. Equal objects share a definition, so that repeated parts of a CRD are defined once.
 */
export function nameObjects(kind: string, schema: JsonSchema): Record<string, JsonSchema> {
  const names = namesByShape(kind, schema);
  const definitions: Record<string, JsonSchema> = {};
  const replace = (part: JsonSchema): JsonSchema => {
    const name = names.get(shape(part));
    if (!name) return mapSchemas(part, replace);
    if (!(name in definitions)) {
      definitions[name] = {};
      definitions[name] = mapSchemas(part, replace);
    }
    return { $ref: `#/definitions/${name}`, ...(part.description ? { description: part.description } : {}) };
  };
  replace(schema);
  return definitions;
}

/** Names objects breadth first, so that an object at two depths has the shorter name. */
function namesByShape(kind: string, schema: JsonSchema): Map<string, string> {
  const names = new Map<string, string>();
  const usedNames = new Set<string>();
  const queue: { name: string; schema: JsonSchema }[] = [{ name: kind, schema }];
  for (const { name, schema: part } of queue) {
    if (part.properties && !names.has(shape(part))) {
      if (usedNames.has(name))
        throw new Error(`two different objects would be named ${name}: name them by more of their path`);
      usedNames.add(name);
      names.set(shape(part), name);
    }
    for (const [field, child] of Object.entries(part.properties ?? {})) {
      queue.push({ name: (name === `${kind}Spec` ? kind : name) + pascalCase(field), schema: child });
    }
    if (part.items) queue.push({ name, schema: part.items });
    if (typeof part.additionalProperties === 'object')
      queue.push({ name, schema: part.additionalProperties });
  }
  return names;
}

function shape({ description: _, ...schema }: JsonSchema): string {
  return JSON.stringify(schema);
}

function pascalCase(field: string): string {
  return field.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
