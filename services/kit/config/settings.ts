import type { z } from 'zod';
import { SettingsError } from '../errors/settings-error.ts';

/** Environment variables, such as process.env. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Parses the variables that `schema` names. An empty variable counts as missing.
 * @throws SettingsError with every wrong key at once
 */
export function parseSettings<T>(schema: z.ZodType<T>, variables: Variables): T {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new SettingsError(
    parsed.error.issues.map((issue) => {
      const key = issue.path.join('.');
      const value = present[key];
      return value === undefined
        ? { key, rule: `missing; ${rule(issue)}` }
        : { key, value, rule: rule(issue) };
    }),
  );
}

function rule(issue: z.core.$ZodIssue): string {
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
}
