import type { Call } from '../../graph/call.ts';
import type { PlatformScope, ServiceScope } from '../../graph/scopes.ts';
import { Service } from '../../graph/service.ts';
import type { AppCall, AppConfig } from '../../policy/app-config.ts';
import { appEvents } from '../peers/broker.ts';
import { appTls } from '../peers/external-servers.ts';
import { postgresServer } from '../peers/stores.ts';

/** Maximum number of connections of one process to its store. Postgres accepts 100 connections in all by default. */
const MAX_STORE_CONNECTIONS = 8;

/**
 * Returns the content of app.json of a service.
 * @param incoming the calls to this service
 */
export function appConfig(service: Service, incoming: readonly Call[]): AppConfig {
  const { store, edge, platform, admission } = service;
  const events = appEvents(service);
  const tls = appTls(platform, 'postgres');
  return {
    service: service.name,
    calls: Object.fromEntries(service.outgoingCalls.map((call) => [call.name, appCall(call)])),
    callers: pathsByCaller(incoming),
    ...(admission && { admission }),
    ...(store && {
      store: {
        address: postgresAddress(platform),
        database: store.database,
        role: store.database,
        maxConnections: MAX_STORE_CONNECTIONS,
        ...(tls && { tls }),
      },
    }),
    ...(events && { events }),
    ...(edge && { edge }),
  };
}

function appCall(call: Call): AppCall {
  return {
    callee: call.callee.name,
    address: `${call.callee.host}:${Service.grpcPort}`,
    service: call.grpcService.fullName,
    methods: call.paths,
    ...(call.layer === 'proxyless' && { usesXds: true }),
    ...(call.layer === 'app' && { policy: call.policy, ...appVersions(call.callee) }),
  };
}

/** Returns no versions for a callee with one version, because all its endpoints are equal. */
function appVersions({ versions }: ServiceScope): Pick<AppCall, 'versions'> {
  if (versions.length < 2) return {};
  return {
    versions: versions.map(({ name, weight, header }) => ({ name, weight, ...(header && { header }) })),
  };
}

function pathsByCaller(incoming: readonly Call[]): Readonly<Record<string, readonly string[]>> {
  const callers: Record<string, string[]> = {};
  for (const call of incoming) {
    callers[call.caller.name] ??= [];
    callers[call.caller.name]?.push(...call.paths);
  }
  return callers;
}

function postgresAddress(platform: PlatformScope): string {
  const { host, port } = postgresServer(platform);
  return `${host}:${port}`;
}
