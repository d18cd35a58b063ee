import { setTimeout as delay } from 'node:timers/promises';
import { registerXdsResolver } from '../client/create-client.ts';
import { readAppConfig } from '../config/app-config.ts';
import { PROCESS_ENVIRONMENT, type ProcessEnvironment } from '../config/environment.ts';
import { parseSettings, type Variables } from '../config/settings.ts';
import { resolveAdvertisedEndpoint } from '../discovery/advertised-endpoint.ts';
import { SettingsError } from '../errors/settings-error.ts';
import { adminListener } from '../server/admin-listener.ts';
import { FaultInjector } from '../server/fault-injector.ts';
import { GrpcServer } from '../server/grpc-server.ts';
import { healthListener } from '../server/health-listener.ts';
import { HttpServer } from '../server/http-server.ts';
import { Readiness } from '../server/readiness.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { addProcessMetrics } from '../telemetry/process-metrics.ts';
import { startTelemetry } from '../telemetry/start-telemetry.ts';
import { openDiscovery } from './open-discovery.ts';
import { openRegistration } from './open-registration.ts';
import { openServiceContext } from './open-service-context.ts';
import type { ServiceBuilder } from './service-context.ts';

/** Time for requests in flight to end. With a drain of 5 s it fits into Kubernetes' grace period of 30 s. */
const GRACE_MS = 10_000;

/** A service that accepts requests. */
export interface RunningService {
  /** `host:port` with the port really used; undefined if the service does not listen. */
  readonly grpcAddress: string | undefined;
  readonly httpAddress: string | undefined;
  readonly adminAddress: string | undefined;
  /** Stops the service in order. Resolves when everything is closed. */
  stop(): Promise<void>;
}

/**
 * Starts a service in this order: settings, telemetry, secrets, store and migrations, servers, background work, readiness,
 * registration. It stops in this order: readiness, registration, drain, background work, servers, and last the
 * connections to stores and callees.
 * @throws SettingsError or Error when the start fails; everything is closed by then
 */
export async function startService(variables: Variables, build: ServiceBuilder): Promise<RunningService> {
  const environment = parseSettings(PROCESS_ENVIRONMENT, variables);
  const config = readAppConfig(environment.WEFT_CONFIG, environment.WEFT_SERVICE);
  const log = createLog(
    { service: config.service },
    { format: environment.WEFT_LOG, level: environment.WEFT_LOG_LEVEL },
  );
  const stopping = new AbortController();
  const closers: (() => void | Promise<void>)[] = [];
  const onClose = (close: () => void | Promise<void>) => closers.unshift(close);
  const closeAll = async () => {
    for (const close of closers.splice(0)) {
      try {
        await close();
      } catch (error) {
        log.warn('cannot close a component of the service; closing the others', { error });
      }
    }
  };

  let servesHealth: GrpcServer | undefined;
  const readiness = new Readiness((isReady) => servesHealth?.health.set(isReady));
  readiness.set('process', 'the service is starting');
  try {
    const metrics = new Metrics({ maxSeries: environment.WEFT_METRIC_SERIES, log });
    onClose(addProcessMetrics(metrics));
    const telemetry = await startTelemetry({
      settings: environment,
      service: config.service,
      version: environment.WEFT_VERSION,
      hasDatabase: config.store !== undefined || config.events?.broker === 'postgres',
      metrics,
      log,
    });
    onClose(() => telemetry.close());
    const { WEFT_FAIL_PERCENT: failPercent, WEFT_FAULT_INJECTION } = environment;
    const isFaultPathServed = WEFT_FAULT_INJECTION === 'allowed';
    const faultInjector =
      isFaultPathServed || failPercent > 0 ? new FaultInjector({ failPercent, delayMs: 0 }) : undefined;
    const admin = new HttpServer(
      adminListener({ readiness, metrics, faultInjector: isFaultPathServed ? faultInjector : undefined }),
    );
    onClose(() => admin.stop(0));
    const adminAddress = environment.WEFT_ADMIN_LISTEN && (await admin.listen(environment.WEFT_ADMIN_LISTEN));

    const calls = Object.values(config.calls).filter(({ policy }) => policy);
    const balanced = new Set(calls.map(({ address }) => address));
    const discovery = openDiscovery(environment.WEFT_DISCOVERY, { balanced, variables, log });
    onClose(() => discovery.close());
    const { signal } = stopping;
    await registerXdsResolver(Object.values(config.calls));
    const context = await openServiceContext({
      environment,
      variables,
      config,
      discovery,
      log,
      metrics,
      stopping: signal,
      readiness,
      onClose,
    });
    const parts = await build(context);

    const grpc = new GrpcServer(parts.grpc ?? [], {
      callers: config.callers,
      ...(config.admission && { admission: config.admission }),
      faultInjector,
      metrics,
      log,
    });
    const http = parts.http && new HttpServer(healthListener(readiness, parts.http));
    onClose(async () => {
      stopping.abort();
      await Promise.all([grpc.stop(GRACE_MS), http?.stop(GRACE_MS)]);
    });
    const grpcAddress = parts.grpc && (await grpc.listen(setting(environment, 'WEFT_GRPC_LISTEN')));
    const httpAddress = await http?.listen(setting(environment, 'WEFT_HTTP_LISTEN'));

    for (const background of parts.background ?? []) {
      onClose(() => background.stop());
      await background.start();
    }
    servesHealth = grpc;
    readiness.set('process', undefined);
    log.info('ready', { grpc: grpcAddress, http: httpAddress, admin: adminAddress });
    const registration = grpcAddress
      ? registrationOf(config.service, grpcAddress, environment, log)
      : undefined;
    registration?.start();

    const stop = async () => {
      readiness.set('process', 'the service is stopping');
      await registration?.stop();
      await delay(environment.WEFT_DRAIN);
      await closeAll();
      log.info('stopped');
    };
    let stopped: Promise<void> | undefined;
    return {
      grpcAddress,
      httpAddress,
      adminAddress,
      stop: () => {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function registrationOf(service: string, listening: string, environment: ProcessEnvironment, log: Log) {
  const { WEFT_DISCOVERY, WEFT_ADVERTISE, WEFT_VERSION: version, WEFT_REGISTRATION_TTL: ttlMs } = environment;
  const endpoint = { ...resolveAdvertisedEndpoint(listening, WEFT_ADVERTISE), ...(version && { version }) };
  return openRegistration(WEFT_DISCOVERY, { service, ttlMs, ...endpoint }, log);
}

function setting(environment: ProcessEnvironment, key: 'WEFT_GRPC_LISTEN' | 'WEFT_HTTP_LISTEN'): string {
  const address = environment[key];
  if (address === undefined)
    throw new SettingsError([{ key, rule: 'missing; set it to the host:port to listen on' }]);
  return address;
}
