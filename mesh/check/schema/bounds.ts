import type { JsonSchema } from './json-schema.ts';

/** Says what a value must be, when it is not. */
type Bound = (schema: JsonSchema) => ((value: unknown) => string | undefined) | undefined;

/** Keywords that bound a single value. Each looks only at values of its own type, as JSON schema has it. */
export const BOUNDS: readonly Bound[] = [
  ({ enum: values }) =>
    values &&
    ((value) => (values.includes(value) ? undefined : `must be one of ${values.map(String).join(', ')}`)),

  ({ pattern }) => {
    if (pattern === undefined) return undefined;
    const expression = new RegExp(pattern, 'u');
    return (value) =>
      typeof value !== 'string' || expression.test(value) ? undefined : `must match ${pattern}`;
  },

  ({ minimum = -Infinity, maximum = Infinity }) => {
    if (minimum === -Infinity && maximum === Infinity) return undefined;
    return (value) =>
      typeof value !== 'number' || (value >= minimum && value <= maximum)
        ? undefined
        : range('be', minimum, maximum);
  },

  ({ minLength = 0, maxLength = Infinity }) =>
    size('characters', minLength, maxLength, (value) =>
      typeof value === 'string' ? [...value].length : undefined,
    ),

  ({ minItems = 0, maxItems = Infinity }) =>
    size('items', minItems, maxItems, (value) => (Array.isArray(value) ? value.length : undefined)),

  ({ minProperties = 0, maxProperties = Infinity }) =>
    size('fields', minProperties, maxProperties, (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.keys(value).length
        : undefined,
    ),
];

function size(
  unit: string,
  least: number,
  most: number,
  measure: (value: unknown) => number | undefined,
): ReturnType<Bound> {
  if (least === 0 && most === Infinity) return undefined;
  return (value) => {
    const measured = measure(value);
    if (measured === undefined || (measured >= least && measured <= most)) return undefined;
    return `${range('have', least, most)} ${unit}`;
  };
}

function range(verb: string, least: number, most: number): string {
  if (most === Infinity) return `must ${verb} at least ${least}`;
  return least === -Infinity ? `must ${verb} at most ${most}` : `must ${verb} ${least} to ${most}`;
}
