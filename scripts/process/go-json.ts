import { z } from 'zod';

/**
 * Schemas of fields as programs in Go write them. Go encodes a list or map without elements, and a pointer to nothing,
 * as `null`, and leaves it out where the field says `omitempty`. Both mean the same.
 * @see https://pkg.go.dev/encoding/json#Marshal
 */

/** A list; `null` and a missing field are the empty list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((list): readonly z.output<T>[] => list ?? []);
}

/** A map; `null` and a missing field are the empty map. */
function mapOf<T extends z.ZodType>(value: T) {
  return z
    .record(z.string(), value)
    .nullish()
    .transform((map): Readonly<Record<string, z.output<T>>> => map ?? {});
}

/** A map of strings, as labels are. */
export const strings = mapOf(z.string());

/** A field that may be `null` or missing, which both give undefined. */
export function maybe<T extends z.ZodType>(field: T) {
  return field.nullish().transform((value): z.output<T> | undefined => value ?? undefined);
}

/** A string; `null` and a missing field give `otherwise`. */
export function text(otherwise = '') {
  return z
    .string()
    .nullish()
    .transform((value) => value ?? otherwise);
}

/** A number; `null` and a missing field give `otherwise`. */
export function count(otherwise = 0) {
  return z
    .number()
    .nullish()
    .transform((value) => value ?? otherwise);
}

/** An object all of whose fields may be missing; `null` and a missing field are the object without fields. */
export function struct<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.preprocess((value) => value ?? {}, z.object(shape));
}
