import { z } from 'zod';

/** Returns the schema of a setting that is a number. @param rule says which numbers `accepts` accepts */
export function numberSetting(rule: string, accepts: (value: number) => boolean) {
  return z
    .string()
    .transform((text) => (text.trim() === '' ? Number.NaN : Number(text)))
    .refine(accepts, rule);
}
