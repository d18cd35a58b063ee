import type { Platform } from '../../graph/platform.ts';
import type { PlatformScope } from '../../graph/platform-scope.ts';
import type { SecretKey } from '../../graph/secret-key.ts';
import type { Service } from '../../graph/service.ts';
import { milliseconds } from '../../policy/duration.ts';
import { hostOf, portOf } from './host-and-port.ts';

/** Which databases and roles the Postgres server of a platform must have. */
export interface StoresConfig {
  readonly stores: readonly {
    readonly service: string;
    readonly database: string;
    /** Owns the database and alone may connect to it. */
    readonly role: string;
    readonly password: SecretKey;
  }[];
  /** Absent when no topic goes through Postgres. */
  readonly events?: {
    readonly database: string;
    /** Owns the database; nobody signs in as it. */
    readonly owner: string;
    readonly topics: readonly { readonly name: string; readonly retentionSeconds: number }[];
    readonly roles: readonly {
      readonly service: string;
      readonly role: string;
      readonly password: SecretKey;
      readonly publishes: readonly string[];
      readonly consumes: readonly string[];
    }[];
  };
}

interface PostgresServer {
  readonly host: string;
  readonly port: number;
}

/** The Postgres server in the cluster. */
export const POSTGRES = { name: 'postgres', port: 5_432 } as const;
const EVENTS = { database: 'events', owner: 'events_owner' } as const;

/** Where the Postgres server is: the environment's own, or the one in the cluster. */
export function postgresServer({ environment, namespace }: PlatformScope): PostgresServer {
  const { postgres } = environment;
  if (!postgres) return { host: `${POSTGRES.name}.${namespace}.svc.cluster.local`, port: POSTGRES.port };
  return { host: hostOf(postgres.address), port: portOf(postgres.address) };
}

/** Whether a service talks to the Postgres server: for its own store, or for topics. */
export function usesPostgres(service: Service): boolean {
  return service.store !== undefined || hasPostgresEvents(service);
}

/** Whether a service publishes to or consumes from topics that Postgres carries. */
export function hasPostgresEvents(service: Service): boolean {
  return (
    service.platform.environment.broker === 'postgres' &&
    service.publishedTopics.size + service.consumedTopics.size > 0
  );
}

export function storePassword(service: Service): SecretKey {
  return { secret: `${service.name}-store`, key: 'store-password' };
}

export function eventsPassword(service: Service): SecretKey {
  return { secret: `${service.name}-events`, key: 'events-password' };
}

/** The database of topics, and the role in it that is a service's own. */
export function eventsAccess(service: Service): { readonly database: string; readonly role: string } {
  return { database: EVENTS.database, role: `${service.name.replaceAll('-', '_')}_events` };
}

export function storesConfig(platform: Platform): StoresConfig {
  const eventServices = platform.services.filter(hasPostgresEvents);
  return {
    stores: platform.services.flatMap((service) =>
      service.store
        ? {
            service: service.name,
            database: service.store.database,
            role: service.store.database,
            password: storePassword(service),
          }
        : [],
    ),
    ...(eventServices.length > 0 && {
      events: {
        ...EVENTS,
        topics: platform.topics.map(({ name, retention }) => ({
          name,
          retentionSeconds: Math.ceil(milliseconds(retention) / 1_000),
        })),
        roles: eventServices.map((service) => ({
          service: service.name,
          role: eventsAccess(service).role,
          password: eventsPassword(service),
          publishes: [...service.publishedTopics].map((topic) => topic.name),
          consumes: [...service.consumedTopics].map((topic) => topic.name),
        })),
      },
    }),
  };
}
