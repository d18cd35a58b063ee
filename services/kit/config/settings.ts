import type { z } from 'zod';
import { SettingsError } from '../errors/settings-error.ts';

/** Environment variables, as process.env has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables that `schema` names, parsed. An empty variable counts as absent.
 * @throws SettingsError with every wrong key at once
 */
export function parseSettings<T>(schema: z.ZodType<T>, variables: Variables): T {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new SettingsError(
    parsed.error.issues.map((issue) => {
      const key = issue.path.join('.');
      const value = given[key];
      return value === undefined
        ? { key, rule: `missing; ${rule(issue)}` }
        : { key, value, rule: rule(issue) };
    }),
  );
}

function rule(issue: z.core.$ZodIssue): string {
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
}
