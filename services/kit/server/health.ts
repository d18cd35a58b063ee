import {
  HealthDefinition,
  HealthCheckResponse_ServingStatus as Serving,
} from '../../proto/gen/grpc/health/v1/health.ts';
import { serviceError } from '../errors/service-error.ts';
import { implement } from './implement.ts';

type HealthStatus = { readonly status: Serving };

/** Implements grpc.health.v1.Health for a server and its services. The status is NOT_SERVING until it is set. */
export class Health {
  readonly #services = new Set(['']);
  readonly #watchers = new Set<() => void>();
  #isServing = false;

  /** Adds a service by its full name. */
  add(service: string): void {
    this.#services.add(service);
  }

  set(isServing: boolean): void {
    this.#isServing = isServing;
    for (const wake of this.#watchers) wake();
  }

  readonly implementation = implement(HealthDefinition, {
    check: async ({ service }) => {
      if (!this.#services.has(service))
        throw serviceError('not-found', { metadata: { what: `service ${service}` } });
      return this.#statusOf(service);
    },
    watch: ({ service }, { signal }) => this.#watch(service, signal),
  });

  #statusOf(service: string): HealthStatus {
    if (!this.#services.has(service)) return { status: Serving.SERVICE_UNKNOWN };
    return { status: this.#isServing ? Serving.SERVING : Serving.NOT_SERVING };
  }

  /** Yields the current status and each change. Changes that come faster than they are read are merged. */
  async *#watch(service: string, signal: AbortSignal): AsyncGenerator<HealthStatus> {
    let changed = Promise.withResolvers<void>();
    const wake = () => changed.resolve();
    this.#watchers.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      let lastStatus: Serving | undefined;
      while (!signal.aborted) {
        const current = this.#statusOf(service);
        if (current.status !== lastStatus) yield current;
        lastStatus = current.status;
        await changed.promise;
        changed = Promise.withResolvers();
      }
    } finally {
      this.#watchers.delete(wake);
    }
  }
}
