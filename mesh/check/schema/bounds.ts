import type { JsonSchema } from './json-schema.ts';

/** Compiles one keyword to a function that explains a violation, or returns undefined for a valid value. */
type Bound = (schema: JsonSchema) => ((value: unknown) => string | undefined) | undefined;

/** Keywords that constrain a single value. As JSON Schema specifies, each one ignores values of other types. */
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
  min: number,
  max: number,
  measure: (value: unknown) => number | undefined,
): ReturnType<Bound> {
  if (min === 0 && max === Infinity) return undefined;
  return (value) => {
    const measured = measure(value);
    if (measured === undefined || (measured >= min && measured <= max)) return undefined;
    return `${range('have', min, max)} ${unit}`;
  };
}

function range(verb: string, min: number, max: number): string {
  if (max === Infinity) return `must ${verb} at least ${min}`;
  return min === -Infinity ? `must ${verb} at most ${max}` : `must ${verb} ${min} to ${max}`;
}
