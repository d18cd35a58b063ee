import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type MethodDefinition as GrpcMethod,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Admission as Rules } from '../../../mesh/policy/admission.ts';
import { CLOSE_TIMEOUT_MS, HEARTBEAT, type Heartbeat } from '../../../mesh/policy/liveness.ts';
import { serviceError } from '../errors/service-error.ts';
import { keepaliveOptions, MAX_MESSAGE_BYTES } from '../grpc/connection-options.ts';
import { toGrpcMethod } from '../grpc/grpc-method.ts';
import { ListenError } from '../process/listen-error.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { AdmissionControl } from './admission/admission-control.ts';
import { createAuthorizer } from './authorization.ts';
import type { FaultInjector } from './fault-injector.ts';
import { Health } from './health.ts';
import type { Implementation } from './implementation.ts';
import { serveMethod } from './serve-method.ts';

export interface GrpcServerOptions {
  readonly log: Log;
  /** Paths that each caller may call; empty leaves the check to the mesh. */
  readonly callers: Readonly<Record<string, readonly string[]>>;
  /** What is let in. @default everything */
  readonly admission?: Rules;
  /** Injects faults into calls other than those of grpc.health.v1.Health. @default none */
  readonly faultInjector?: FaultInjector | undefined;
  /** Counts the calls. @default they are not counted */
  readonly metrics?: Metrics;
  /** PINGs on each connection; the calls of a caller that vanished are cancelled. @default HEARTBEAT */
  readonly heartbeat?: Heartbeat;
}

/** A gRPC server of implementations and of grpc.health.v1.Health. */
export class GrpcServer {
  readonly health = new Health();
  readonly #server: Server;
  readonly #stopping = new AbortController();

  constructor(implementations: readonly Implementation[], options: GrpcServerOptions) {
    const { log, callers, admission: rules, faultInjector, metrics, heartbeat = HEARTBEAT } = options;
    this.#server = new Server({
      ...keepaliveOptions(heartbeat),
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      // Connections come back after this, so that a new pod gets its share of callers.
      'grpc.max_connection_age_ms': 30 * 60_000,
      'grpc.max_connection_age_grace_ms': 60_000,
    });
    const admission = rules && new AdmissionControl(rules);
    const { signal: stopping } = this.#stopping;
    // One for each stream that is open.
    setMaxListeners(0, stopping);
    const authorize = createAuthorizer(callers);
    for (const implementation of implementations) {
      this.#add(implementation, {
        log,
        authorize,
        stopping,
        logLevel: 'info',
        ...(metrics && { metrics }),
        ...(faultInjector && { injectFault: ({ canary, signal }) => faultInjector.apply(canary, signal) }),
        ...(admission && { admit: (caller, isStream) => admission.admit(caller, isStream) }),
      });
      this.health.add(implementation.definition.fullName);
    }
    this.#add(this.health.implementation, { log, authorize: () => {}, stopping, logLevel: 'debug' });
  }

  /**
   * Listens on `address` (`host:port`, port 0 takes a free one).
   * @returns the address that it listens on
   * @throws ListenError when the address is in use or not of this machine
   */
  listen(address: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(new ListenError(address, error));
        else resolve(`${address.slice(0, address.lastIndexOf(':'))}:${port}`);
      });
    });
  }

  /**
   * Takes no more calls (GOAWAY), ends streams with UNAVAILABLE, waits for the rest at most `graceMs` milliseconds, and then
   * at most a second for connections to close: a peer that vanished never closes its end, and grpc-js waits for that.
   */
  async stop(graceMs: number): Promise<void> {
    this.health.set(false);
    this.#stopping.abort(serviceError('unavailable'));
    const drained = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    const timer = setTimeout(() => this.#server.forceShutdown(), graceMs);
    const over = new AbortController();
    await Promise.race([drained, delay(graceMs + CLOSE_TIMEOUT_MS, undefined, { signal: over.signal })]);
    over.abort();
    clearTimeout(timer);
  }

  #add(implementation: Implementation, options: Parameters<typeof serveMethod>[2]): void {
    const { definition, methods } = implementation;
    const service: Record<string, GrpcMethod<unknown, unknown>> = {};
    const handlers: UntypedServiceImplementation = {};
    for (const method of methods) {
      const described = definition.methods[method.key];
      if (!described) throw new Error(`${definition.fullName} has no method ${method.key}`);
      const grpc = toGrpcMethod(definition, described);
      // serveMethod encodes answers, so that it can report one that is too large.
      service[method.key] = { ...grpc, responseSerialize: (bytes) => bytes as Buffer };
      handlers[method.key] = serveMethod(grpc, method, options);
    }
    this.#server.addService(service, handlers);
  }
}
