import { z } from 'zod';

/**
 * Schemas of JSON fields that programs in Go write. Go encodes nil slices, maps and pointers as `null`, and omits them with
 * the tag `omitempty`. Both mean the same.
 * @see https://pkg.go.dev/encoding/json#Marshal
 */

/** Returns the schema of a list. `null` and a missing field become the empty list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((list): readonly z.output<T>[] => list ?? []);
}

/** Returns the schema of a map. `null` and a missing field become the empty map. */
function mapOf<T extends z.ZodType>(value: T) {
  return z
    .record(z.string(), value)
    .nullish()
    .transform((map): Readonly<Record<string, z.output<T>>> => map ?? {});
}

/** The schema of a map of strings, such as labels. */
export const strings = mapOf(z.string());

/** Returns the schema of an optional field. `null` and a missing field become undefined. */
export function maybe<T extends z.ZodType>(field: T) {
  return field.nullish().transform((value): z.output<T> | undefined => value ?? undefined);
}

/** Returns the schema of a string. `null` and a missing field become `fallback`. */
export function text(fallback = '') {
  return z
    .string()
    .nullish()
    .transform((value) => value ?? fallback);
}

/** Returns the schema of a number. `null` and a missing field become `fallback`. */
export function count(fallback = 0) {
  return z
    .number()
    .nullish()
    .transform((value) => value ?? fallback);
}

/**
 * Returns the schema of an object whose fields may all be missing. `null` and a missing field become an empty object.
 */
export function struct<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.preprocess((value) => value ?? {}, z.object(shape));
}
