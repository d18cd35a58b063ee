import type { PlatformScope } from '../../graph/platform-scope.ts';
import type { Service } from '../../graph/service.ts';
import type { Version } from '../../graph/version.ts';

/** What selects the pods of a service, all versions of it. */
export function serviceSelector(service: { readonly name: string }): Readonly<Record<string, string>> {
  return { app: service.name };
}

/** What selects the pods of one version. */
export function versionSelector(service: Service, version: Version): Readonly<Record<string, string>> {
  return { app: service.name, version: version.name };
}

/** Returns the labels that select the pods of all services of a platform. */
export function platformSelector({ node }: PlatformScope): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/part-of': node.id };
}

/**
 * Labels of every object that a service owns.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function serviceLabels(service: Service): Readonly<Record<string, string>> {
  return {
    ...serviceSelector(service),
    'app.kubernetes.io/name': service.name,
    ...platformSelector(service.platform),
    'app.kubernetes.io/managed-by': 'weft',
  };
}

/** Labels of a version's pods. */
export function versionLabels(service: Service, version: Version): Readonly<Record<string, string>> {
  return { ...serviceLabels(service), version: version.name, 'app.kubernetes.io/version': version.name };
}
