import { stringify } from 'yaml';

/** Formats an object for a snapshot as it is written to its manifest. */
export function yaml(object: unknown): string {
  return stringify(object, { lineWidth: 0 });
}
