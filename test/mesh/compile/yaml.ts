import { stringify } from 'yaml';

/** What a snapshot holds: the object as its manifest reads. */
export function yaml(object: unknown): string {
  return stringify(object, { lineWidth: 0 });
}
