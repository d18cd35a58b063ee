export const OVERVIEW_ID = 'overview';
export const EVENTS_ID = 'events';
export const LAYERS_ID = 'mesh-and-app';

/** Returns the id of a service's dashboard. */
export function serviceDashboardId({ name }: { readonly name: string }): string {
  return `service-${name}`;
}

/** Returns the id of the dashboard of a lifecycle. */
export function lifecycleDashboardId({ noun }: { readonly noun: string }): string {
  return `lifecycle-${noun.replaceAll(/\W+/g, '-')}`;
}
