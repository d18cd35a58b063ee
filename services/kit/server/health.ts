import {
  HealthDefinition,
  HealthCheckResponse_ServingStatus as Serving,
} from '../../proto/gen/grpc/health/v1/health.ts';
import { serviceError } from '../errors/service-error.ts';
import { implement } from './implement.ts';

type Answer = { readonly status: Serving };

/** grpc.health.v1.Health: whether the server, or one of its services, takes calls. Not serving until told so. */
export class Health {
  readonly #services = new Set(['']);
  readonly #watchers = new Set<() => void>();
  #serving = false;

  /** Adds a service by its full name. */
  add(service: string): void {
    this.#services.add(service);
  }

  set(serving: boolean): void {
    this.#serving = serving;
    for (const wake of this.#watchers) wake();
  }

  readonly implementation = implement(HealthDefinition, {
    check: async ({ service }) => {
      if (!this.#services.has(service))
        throw serviceError('not-found', { metadata: { what: `service ${service}` } });
      return this.#answer(service);
    },
    watch: ({ service }, { signal }) => this.#watch(service, signal),
  });

  #answer(service: string): Answer {
    if (!this.#services.has(service)) return { status: Serving.SERVICE_UNKNOWN };
    return { status: this.#serving ? Serving.SERVING : Serving.NOT_SERVING };
  }

  /** The status now and each change of it; changes that come faster than they are read are merged. */
  async *#watch(service: string, signal: AbortSignal): AsyncGenerator<Answer> {
    let changed = Promise.withResolvers<void>();
    const wake = () => changed.resolve();
    this.#watchers.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      let told: Serving | undefined;
      while (!signal.aborted) {
        const answer = this.#answer(service);
        if (answer.status !== told) yield answer;
        told = answer.status;
        await changed.promise;
        changed = Promise.withResolvers();
      }
    } finally {
      this.#watchers.delete(wake);
    }
  }
}
