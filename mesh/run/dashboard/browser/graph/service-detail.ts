import type { ServiceView } from '../../api/views.ts';

/** Returns the second line of a service: its versions with their weights, or that it is not declared. */
export function serviceDetail({ declared, versions }: ServiceView): string {
  if (!declared) return 'undeclared';
  if (versions.length < 2) return '';
  return versions.map(({ name, weightPercent }) => `${name} ${weightPercent} %`).join(' · ');
}
