import type { Platform } from '../../graph/platform.ts';
import type { PlatformScope } from '../../graph/scopes.ts';
import type { SecretKey } from '../../graph/secret-key.ts';
import type { Service } from '../../graph/service.ts';
import { milliseconds } from '../../policy/duration.ts';
import { hostOf, portOf } from './host-and-port.ts';

/** The databases and roles that the Postgres server of a platform must have. */
export interface StoresConfig {
  readonly stores: readonly {
    readonly service: string;
    readonly database: string;
    /** Owner of the database, and the only role that may connect to it. */
    readonly role: string;
    readonly password: SecretKey;
  }[];
  /** The database of topics. @default no service uses topics in Postgres */
  readonly events?: {
    readonly database: string;
    /** Owner of the database. It cannot sign in. */
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

interface PostgresAddress {
  readonly host: string;
  readonly port: number;
}

/** Name and port of the Postgres server in the cluster. */
export const POSTGRES = { name: 'postgres', port: 5_432 } as const;
const EVENTS = { database: 'events', owner: 'events_owner' } as const;

/** Returns the address of the environment's Postgres server, or of the one in the cluster. */
export function postgresServer({ environment, namespace }: PlatformScope): PostgresAddress {
  const { postgres } = environment;
  if (!postgres) return { host: `${POSTGRES.name}.${namespace}.svc.cluster.local`, port: POSTGRES.port };
  return { host: hostOf(postgres.address), port: portOf(postgres.address) };
}

/** Returns whether a service connects to the Postgres server, for its store or for topics. */
export function usesPostgres(service: Service): boolean {
  return service.store !== undefined || hasPostgresEvents(service);
}

/** Returns whether a service uses topics that are stored in Postgres. */
export function hasPostgresEvents(service: Service): boolean {
  return (
    service.platform.environment.broker === 'postgres' &&
    service.publishedTopics.size + service.consumedTopics.size > 0
  );
}

/** Returns the secret with the password of a service's store. */
export function storePassword(service: Service): SecretKey {
  return { secret: `${service.name}-store`, key: 'store-password' };
}

/** Returns the secret with the password of a service's broker user. */
export function eventsPassword(service: Service): SecretKey {
  return { secret: `${service.name}-events`, key: 'events-password' };
}

/** Returns the database of topics in Postgres, and the role of a service in it. */
export function eventsAccess(service: Service): { readonly database: string; readonly role: string } {
  return { database: EVENTS.database, role: `${service.name.replaceAll('-', '_')}_events` };
}

/** Returns the databases and roles that the Postgres server of a platform must have. */
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
