import type { PlatformScope, ServiceScope } from '../../graph/scopes.ts';
import type { Version } from '../../graph/version.ts';

/** Returns the labels that select the pods of all versions of a service. */
export function serviceSelector(service: { readonly name: string }): Readonly<Record<string, string>> {
  return { app: service.name };
}

/** Returns the labels that select the pods of one version. */
export function versionSelector(service: ServiceScope, version: Version): Readonly<Record<string, string>> {
  return { app: service.name, version: version.name };
}

/** Returns the labels that select the pods of all services of a platform. */
export function platformSelector({ node }: PlatformScope): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/part-of': node.id };
}

/**
 * Returns the labels of every object that belongs to a service.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function serviceLabels(service: ServiceScope): Readonly<Record<string, string>> {
  return {
    ...serviceSelector(service),
    'app.kubernetes.io/name': service.name,
    ...platformSelector(service.platform),
    'app.kubernetes.io/managed-by': 'weft',
  };
}

/** Returns the labels of the pods of a version. */
export function versionLabels(service: ServiceScope, version: Version): Readonly<Record<string, string>> {
  return { ...serviceLabels(service), version: version.name, 'app.kubernetes.io/version': version.name };
}
