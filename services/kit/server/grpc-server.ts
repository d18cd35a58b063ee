import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type MethodDefinition as GrpcMethod,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Admission } from '../../../mesh/policy/admission.ts';
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
import type { Implementation } from './implement.ts';
import { serveMethod } from './serve-method.ts';

export interface GrpcServerOptions {
  readonly log: Log;
  /** Method paths that each caller may call; empty leaves authorization to the mesh. */
  readonly callers: Readonly<Record<string, readonly string[]>>;
  /** Rates and concurrency of admitted calls. @default all calls are admitted */
  readonly admission?: Admission;
  /** Injects faults into calls other than those of grpc.health.v1.Health. @default none */
  readonly faultInjector?: FaultInjector | undefined;
  /** Counts the calls. @default calls are not counted */
  readonly metrics?: Metrics;
  /** HTTP/2 PINGs on each connection, which cancel the calls of a caller that vanished. @default HEARTBEAT */
  readonly heartbeat?: Heartbeat;
}

/** A gRPC server that serves implementations and grpc.health.v1.Health. */
export class GrpcServer {
  readonly health = new Health();
  readonly #server: Server;
  readonly #stopping = new AbortController();

  constructor(implementations: readonly Implementation[], options: GrpcServerOptions) {
    const { log, callers, admission, faultInjector, metrics, heartbeat = HEARTBEAT } = options;
    this.#server = new Server({
      ...keepaliveOptions(heartbeat),
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      // Callers reconnect after this time, so that a new pod gets its share of connections.
      'grpc.max_connection_age_ms': 30 * 60_000,
      'grpc.max_connection_age_grace_ms': 60_000,
    });
    const admissionControl = admission && new AdmissionControl(admission);
    const { signal: stopping } = this.#stopping;
    // Each open stream adds a listener.
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
        ...(admissionControl && {
          admit: (caller, isStream) => admissionControl.admit(caller, isStream),
        }),
      });
      this.health.add(implementation.definition.fullName);
    }
    this.#add(this.health.implementation, { log, authorize: () => {}, stopping, logLevel: 'debug' });
  }

  /**
   * Listens on `address` (`host:port`; port 0 selects a free port).
   * @returns the address with the selected port
   * @throws ListenError when the address is in use or does not belong to this machine
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
   * Rejects new calls (GOAWAY), ends streams with UNAVAILABLE and waits up to `graceMs` milliseconds for other calls.
   * It then waits up to a second for connections to close, because a vanished peer never closes its end.
   */
  async stop(graceMs: number): Promise<void> {
    this.health.set(false);
    this.#stopping.abort(serviceError('unavailable'));
    const drained = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    const timer = setTimeout(() => this.#server.forceShutdown(), graceMs);
    const stopped = new AbortController();
    await Promise.race([drained, delay(graceMs + CLOSE_TIMEOUT_MS, undefined, { signal: stopped.signal })]);
    stopped.abort();
    clearTimeout(timer);
  }

  #add(implementation: Implementation, options: Parameters<typeof serveMethod>[2]): void {
    const { definition, methods } = implementation;
    const service: Record<string, GrpcMethod<unknown, unknown>> = {};
    const handlers: UntypedServiceImplementation = {};
    for (const method of methods) {
      const methodDefinition = definition.methods[method.key];
      if (!methodDefinition) throw new Error(`${definition.fullName} has no method ${method.key}`);
      const grpc = toGrpcMethod(definition, methodDefinition);
      // serveMethod encodes responses, so that it can report one above the size limit.
      service[method.key] = { ...grpc, responseSerialize: (bytes) => bytes as Buffer };
      handlers[method.key] = serveMethod(grpc, method, options);
    }
    this.#server.addService(service, handlers);
  }
}
